import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { ResetEvent, StreamEvent, TimedEvent } from '../../protocol/http-api/event.ts';
import type { OperationHandler } from './routes.ts';

/** So that proxies and readers know that the stream lives, and readers of a quiet room how far they have read. */
const KEEP_ALIVE_MS = 15_000;
/** A reader who has taken nothing of what waits for this many times in a row is cut off: it can come again. */
const MAX_IDLE_TIMES = 4;
/** How soon a reader whose stream has ended should come again. */
const RETRY_MS = 1000;
const MAX_READERS = 100;

/** An event, and the same as JSON. */
interface ToldEvent {
  event: TimedEvent;
  json: string;
}

/** Where events come from: they are told as they happen, and the latest are kept. */
export interface EventSource {
  /** The id of the latest event that is kept. */
  readonly head: string;
  /** The event behind the one with an id; undefined when there is none yet, `lost` when it is not known any more. */
  after(id: string): ToldEvent | undefined | 'lost';
  /** Calls `listener` with each event; the returned function ends that. */
  listen(listener: (told: ToldEvent) => void): () => void;
}

/** Which events a reader wants. */
interface Wanted {
  room: string | undefined;
  levels: boolean;
}

const record = ({ id, type }: StreamEvent, json: string) =>
  `${id === null ? '' : `id: ${id}\n`}event: ${type}\ndata: ${json}\n\n`;

/** Writes events to one reader, as fast as it takes them: what it has not taken yet waits in the source. */
class Reader {
  readonly #source: EventSource;
  readonly #response: ServerResponse;
  readonly #wanted: Wanted;
  /** The id of the last event that was written, or passed over. */
  #position: string;
  #idleTimes = 0;

  constructor(source: EventSource, response: ServerResponse, wanted: Wanted, lastEventId: string | undefined) {
    this.#source = source;
    this.#response = response;
    this.#wanted = wanted;
    this.#position = lastEventId ?? source.head;
    response.write(`retry: ${RETRY_MS}\n\n`);
    if (source.after(this.#position) === 'lost') this.#reset();
    else this.#mark();
    this.#pump();
    const stop = source.listen((told) => {
      this.#told(told);
    });
    const keepAlive = setInterval(() => {
      this.#keepAlive();
    }, KEEP_ALIVE_MS);
    response.on('drain', () => {
      this.#idleTimes = 0;
      this.#pump();
    });
    response.on('close', () => {
      stop();
      clearInterval(keepAlive);
    });
  }

  #told(told: ToldEvent): void {
    if (this.#response.destroyed) return;
    if (told.event.id !== null) {
      this.#pump();
      // What waits for this reader is not kept any more: it comes again, and reads everything anew.
      if (this.#source.after(this.#position) === 'lost') this.#response.destroy();
    } else if (this.#wanted.levels && !this.#response.writableNeedDrain) this.#write(told);
  }

  #pump(): void {
    while (!this.#response.writableNeedDrain) {
      const next = this.#source.after(this.#position);
      if (next === undefined) return;
      if (next === 'lost') this.#reset();
      else {
        this.#position = next.event.id ?? this.#position;
        this.#write(next);
      }
    }
  }

  #write({ event, json }: ToldEvent): void {
    const { room } = this.#wanted;
    if (room === undefined || event.room === room) this.#response.write(record(event, json));
  }

  #reset(): void {
    this.#position = this.#source.head;
    const reset: ResetEvent = { type: 'reset', id: this.#position, at: new Date().toISOString() };
    this.#response.write(record(reset, JSON.stringify(reset)));
  }

  /** An id without an event: a reader that comes again says it (HTML standard, section 9.2.6). */
  #mark(): void {
    this.#response.write(`id: ${this.#position}\n\n`);
  }

  #keepAlive(): void {
    if (!this.#response.writableNeedDrain) this.#mark();
    else if (++this.#idleTimes >= MAX_IDLE_TIMES) this.#response.destroy();
  }
}

/**
 * Answers `GET /api/v1/events`: server-sent events (HTML standard, section 9.2), of all rooms or of one, from behind the event that
 * `Last-Event-ID` names on.
 */
export function eventStream(app: FastifyInstance, source: () => EventSource): OperationHandler<'readEvents'> {
  const readers = new Set<ServerResponse>();
  app.addHook('preClose', (done) => {
    for (const reader of readers) reader.destroy();
    done();
  });
  return ({ query: { room, levels, lastEventId } }, reply, request) => {
    if (readers.size >= MAX_READERS) throw new WebstreamerError('too-many-readers');
    const events = source();
    const header = request.headers['last-event-id'];
    const response = reply.raw;
    reply.hijack();
    if (response.destroyed) return reply;
    readers.add(response);
    response.on('close', () => readers.delete(response));
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    new Reader(
      events,
      response,
      { room, levels: levels === 'true' },
      typeof header === 'string' ? header : lastEventId,
    );
    return reply;
  };
}
