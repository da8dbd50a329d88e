import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { ApiEvent } from '../../protocol/http-api/event.ts';
import type { OperationHandler } from './routes.ts';

/** A reader who is further behind is cut: it can come again. */
const MAX_UNREAD_BYTES = 1_000_000;
/** So that proxies and readers know that the stream lives. */
const KEEP_ALIVE_MS = 15_000;
const MAX_READERS = 100;

/** Where events come from; the returned function ends the listening. */
export type EventSource = (listener: (event: ApiEvent) => void) => () => void;

/** Answers `GET /api/v1/events`: server-sent events (HTML standard, section 9.2), of all rooms or of one. */
export function eventStream(app: FastifyInstance, source: EventSource): OperationHandler<'readEvents'> {
  const readers = new Set<ServerResponse>();
  app.addHook('preClose', (done) => {
    for (const reader of readers) reader.destroy();
    done();
  });
  return ({ query: { room, levels } }, reply) => {
    if (readers.size >= MAX_READERS) throw new WebstreamerError('too-many-readers');
    const wanted = (event: ApiEvent) =>
      (room === undefined || event.room === room) && (levels === 'true' || event.type !== 'levels');
    const write = (text: string) => {
      reply.raw.write(text);
      if (reply.raw.writableLength > MAX_UNREAD_BYTES) reply.raw.destroy();
    };
    const stop = source((event) => {
      if (wanted(event)) write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    });
    reply.hijack();
    const response = reply.raw;
    readers.add(response);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    write(': webstreamer\n\n');
    const keepAlive = setInterval(() => {
      write(': \n\n');
    }, KEEP_ALIVE_MS);
    response.on('close', () => {
      clearInterval(keepAlive);
      stop();
      readers.delete(response);
    });
    return reply;
  };
}
