import type { TimedEvent } from '../../protocol/http-api/event.ts';

/** What the log keeps: events but levels, and the gaps between them. */
export type LogEvent = Exclude<TimedEvent, { type: 'levels' }> | { type: 'reset'; room: null; at: string };

/** A line of the log; `key` is never used again, `sentence` = what the event says. */
export interface LogEntry {
  key: number;
  sentence: string;
  event: LogEvent;
}

/** The types that the log can be filtered by. */
export const LOG_TYPES = [
  'room-created',
  'room-changed',
  'room-deleted',
  'connection-added',
  'connection-changed',
  'connection-removed',
  'message',
  'draining',
  'speaking',
] as const;

/** What is shown: `room` null = of all rooms, `type` = one type, `quiet` all but who speaks. */
export interface LogFilter {
  room: string | null;
  type: (typeof LOG_TYPES)[number] | 'all' | 'quiet';
}

/** The latest events, the newest first. */
export class EventLog {
  readonly #capacity: number;
  #entries: readonly LogEntry[] = [];
  #nextKey = 0;
  /** The first key that was not there when the log was paused; null while it is not. */
  #pausedAt: number | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Whether what comes is kept back. */
  get paused(): boolean {
    return this.#pausedAt !== null;
  }

  /** Keeps an event; the oldest one goes when there are too many. */
  add(event: LogEvent, sentence: string): void {
    this.#entries = [{ key: this.#nextKey, event, sentence }, ...this.#entries.slice(0, this.#capacity - 1)];
    this.#nextKey += 1;
  }

  /** Keeps what comes from now on out of `shown`, until `resume`. */
  pause(): void {
    this.#pausedAt ??= this.#nextKey;
  }

  /** Shows what has come meanwhile, too. */
  resume(): void {
    this.#pausedAt = null;
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries = [];
  }

  /** What is to be seen through a filter. */
  shown(filter: LogFilter): LogEntry[] {
    return this.#entries.filter((entry) => this.#isShown(entry) && passes(entry.event, filter));
  }

  /** How much that passes the filter is kept back by the pause. */
  keptBack(filter: LogFilter): number {
    return this.#entries.filter((entry) => !this.#isShown(entry) && passes(entry.event, filter)).length;
  }

  /** The rooms that are told of, in the order of their names. */
  rooms(): string[] {
    return [...new Set(this.#entries.map(({ event }) => event.room).filter((room) => room !== null))].sort();
  }

  #isShown({ key }: LogEntry): boolean {
    return this.#pausedAt === null || key < this.#pausedAt;
  }
}

function passes(event: LogEvent, { room, type }: LogFilter): boolean {
  if (event.type === 'reset') return true;
  if (room !== null && event.room !== room) return false;
  if (type === 'all') return true;
  return type === 'quiet' ? event.type !== 'speaking' : event.type === type;
}
