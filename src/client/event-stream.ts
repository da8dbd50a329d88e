import type { StreamEvent } from '../protocol/http-api/event.ts';
import { ApiError, UnreachableError } from './errors.ts';
import { EventStreamParser } from './event-stream-parser.ts';
import type { Requester } from './request.ts';

/** How to read events. */
export interface EventOptions {
  /** Of one room only. */
  room?: string | undefined;
  /** Also how loud people are, five times a second. */
  levels?: boolean | undefined;
  /** Ends the reading: the iteration ends, without an error. */
  signal?: AbortSignal | undefined;
  /** The id of the last event that is known already: those since then come first. */
  lastEventId?: string | undefined;
  /** Told `true` whenever the server has begun to answer, and `false` whenever the stream is lost. */
  onConnection?: ((connected: boolean) => void) | undefined;
}

/** The server says something every 15 seconds; a stream that is silent for longer than this is lost. */
const SILENCE_MS = 45_000;
const FIRST_RETRY_MS = 1000;
const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 30_000;

/** Resolves after `ms` milliseconds, or when the signal is aborted. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

function eventOf(data: string): StreamEvent {
  try {
    return JSON.parse(data) as StreamEvent;
  } catch (error) {
    throw new UnreachableError('What comes as an event is not JSON', { cause: error });
  }
}

/** Whether it may help to come again later. */
const mayPass = (error: unknown) =>
  error instanceof UnreachableError || (error instanceof ApiError && (error.status >= 500 || error.status === 429));

/** Reads the events of a server for as long as somebody wants them, over as many connections as that takes. */
export class EventReader {
  readonly #requester: Requester;
  readonly #options: EventOptions;
  readonly #parser = new EventStreamParser();
  #connected = false;
  /** Times in a row that the server could not be reached. */
  #failures = 0;

  constructor(requester: Requester, options: EventOptions) {
    this.#requester = requester;
    this.#options = options;
    this.#parser.lastEventId = options.lastEventId ?? '';
  }

  /**
   * Yields the events. Rejects when the first connection fails, or when the server refuses with an error that will stay; else a lost
   * stream is opened again, with growing pauses, and goes on behind the last event.
   */
  async *events(): AsyncGenerator<StreamEvent, void, undefined> {
    const { signal } = this.#options;
    for (let first = true; signal?.aborted !== true; first = false) {
      try {
        yield* this.#once();
      } catch (error) {
        if (this.#aborted()) return;
        if ((first && !this.#connected) || !mayPass(error)) throw error;
      } finally {
        this.#lost();
      }
      await pause(this.#retryMs(), signal);
    }
  }

  /** The events of one connection, until that ends. */
  async *#once(): AsyncGenerator<StreamEvent, void, undefined> {
    const connection = new AbortController();
    const { signal, room, levels } = this.#options;
    const abort = () => {
      connection.abort();
    };
    if (signal?.aborted === true) return;
    signal?.addEventListener('abort', abort);
    let silence = setTimeout(abort, SILENCE_MS);
    try {
      const { lastEventId } = this.#parser;
      const response = await this.#requester.send('GET', '/api/v1/events', {
        query: { room, levels: levels === true ? true : undefined },
        headers: { accept: 'text/event-stream', ...(lastEventId !== '' && { 'last-event-id': lastEventId }) },
        signal: connection.signal,
      });
      const type = response.headers.get('content-type') ?? '';
      if (!type.startsWith('text/event-stream') || response.body === null)
        throw new UnreachableError(`What answers is no stream of events but ${type || 'nothing'}`);
      this.#parser.restart();
      this.#opened();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(abort, SILENCE_MS);
        for (const { data } of this.#parser.push(value)) yield eventOf(data);
      }
    } catch (error) {
      if (error instanceof ApiError || error instanceof UnreachableError) throw error;
      throw new UnreachableError('The stream of events has broken', { cause: error });
    } finally {
      clearTimeout(silence);
      signal?.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  #aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  #opened(): void {
    this.#connected = true;
    this.#failures = 0;
    this.#options.onConnection?.(true);
  }

  #lost(): void {
    this.#failures++;
    if (this.#connected) this.#options.onConnection?.(false);
    this.#connected = false;
  }

  /** Grows with each failure, with something random, so that not all come back at once when a server is there again. */
  #retryMs(): number {
    const base = (this.#parser.retryMs ?? FIRST_RETRY_MS) * 2 ** (this.#failures - 1);
    return Math.min(Math.max(base, SHORTEST_RETRY_MS), LONGEST_RETRY_MS) * (0.5 + Math.random() / 2);
  }
}
