import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';
import { type ApiEvent, EventsQuery } from '../../protocol/http-api/event.ts';
import { describeIssues } from '../../protocol/issues.ts';
import { resource } from './resource.ts';

/** A reader who is further behind is cut: it can come again. */
const MAX_UNREAD_BYTES = 1_000_000;
/** So that proxies and readers know that the stream lives. */
const KEEP_ALIVE_MS = 15_000;
const MAX_READERS = 100;

/** Where events come from; the returned function ends the listening. */
export type EventSource = (listener: (event: ApiEvent) => void) => () => void;

/** Registers `GET /api/v1/events`: server-sent events (HTML standard, section 9.2), of all rooms or of one. */
export function registerEvents(app: FastifyInstance, source: EventSource): void {
  const readers = new Set<ServerResponse>();
  app.addHook('preClose', (done) => {
    for (const reader of readers) reader.destroy();
    done();
  });
  resource(app, '/api/v1/events', {
    GET: (request, reply) => {
      const query = EventsQuery.safeParse(request.query);
      if (!query.success) throw new WebstreamerError('bad-request', describeIssues(query.error));
      if (readers.size >= MAX_READERS) throw new WebstreamerError('too-many-readers');
      const { room, levels } = query.data;
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
    },
  });
}
