import type { Command } from 'commander';
import type { StreamEvent } from '../../client/index.ts';
import { plain } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, withExamples } from './client-command.ts';
import { messageText } from './people.ts';

type Tellers = { [T in StreamEvent['type']]: (event: Extract<StreamEvent, { type: T }>) => string };

/** What a line says of an event behind its type. */
const TELL: Tellers = {
  reset: () => 'events before this one are not known any more',
  'room-created': ({ resource }) => `${resource.layout}, ${resource.connections.length} connections`,
  'room-changed': ({ resource: { layout, sound, speaker, locked } }) =>
    `layout ${layout}, sound ${sound}, speaker ${speaker ?? '-'}${locked ? ', locked' : ''}`,
  'room-deleted': () => '',
  'connection-added': ({ connection }) => connection.id,
  'connection-changed': ({ connection: { id, name, state }, reason }) =>
    `${id} ${state}${name === id ? '' : ` "${name}"`}${reason === null ? '' : ` (${reason})`}`,
  'connection-removed': ({ connection }) => connection,
  message: ({ message: { from, name, to, data } }) =>
    `${from === null ? 'API' : (name ?? from)}${to === null ? '' : ` to ${to}`}: ${messageText(data ?? '(too long)')}`,
  draining: ({ endsAt }) => `the server takes in nobody any more, and ends at ${endsAt}`,
  speaking: ({ connection, speaking }) => `${connection} ${speaking ? 'speaks' : 'is silent'}`,
  levels: ({ levels }) =>
    Object.entries(levels)
      .map(([id, level]) => `${id} ${Math.round(level)} dB`)
      .join(', '),
};

/** An event as one line for people. */
function eventLine(event: StreamEvent): string {
  const tell = (TELL as Partial<Record<string, (event: StreamEvent) => string>>)[event.type];
  const room = 'room' in event ? `${event.room}  ` : '';
  return `${event.at.slice(11, 19)}  ${plain(`${room}${event.type}  ${tell?.(event) ?? ''}`.trimEnd())}\n`;
}

/** `webstreamer events`. */
export function addEventCommand(program: Command, terminal: Terminal): void {
  clientCommand<{ room?: string; levels?: boolean; after?: string }>(
    withExamples(
      program
        .command('events')
        .description('tell of what happens, until Ctrl-C; with --json one event a line')
        .option('--room <room>', 'in one room only')
        .option('--levels', 'also how loud people are, five times a second')
        .option('--after <id>', 'first what has happened since this event'),
      'webstreamer events --room lobby',
      'webstreamer events --json | jq -r "select(.type == \\"message\\") | .message.data"',
    ),
    terminal,
    async ({ client, json }, { room, levels, after }) => {
      const options = { room, levels, lastEventId: after, signal: terminal.signal };
      for await (const event of client.events(options))
        terminal.write(json ? `${JSON.stringify(event)}\n` : eventLine(event));
    },
  );
}
