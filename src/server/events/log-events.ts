import type { Logger } from '../../common/logger.ts';
import type { TimedEvent } from '../../protocol/http-api/event.ts';
import type { EventLog } from './event-log.ts';

/** The connection that an event is about, if it is about one. */
function connectionOf(event: TimedEvent): string | undefined {
  if (!('connection' in event)) return undefined;
  return typeof event.connection === 'string' ? event.connection : event.connection.id;
}

/** Writes a line of each event but levels into the log, in the same words, so that both can be laid side by side by their ids. */
export function logEvents(events: Pick<EventLog, 'listen'>, logger: Logger): void {
  events.listen(({ event }) => {
    if (event.id === null) return;
    const connection = connectionOf(event);
    const reason = 'reason' in event ? event.reason : null;
    const fields = { event: event.type, id: event.id, room: event.room };
    logger.debug({ ...fields, ...(connection && { connection }), ...(reason && { reason }) }, 'event');
  });
}
