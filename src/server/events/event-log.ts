import { TypedEmitter } from '../../common/typed-emitter.ts';
import type { ApiEvent, TimedEvent } from '../../protocol/http-api/event.ts';

/** What is kept for readers who come back. */
const MAX_EVENTS = 1000;
const MAX_CHARACTERS = 10_000_000;

/** An event, and the same as JSON, which is made once for all who read it. */
export interface ToldEvent {
  event: TimedEvent;
  json: string;
}

/** What an event log is made with: `epoch` = a word that no other run of the server has, `clock` in milliseconds since 1970. */
export interface EventLogOptions {
  epoch: string;
  clock?: () => number;
  maxEvents?: number;
  maxCharacters?: number;
}

/** Gives events their ids (`<epoch>-<number>`) and times, and keeps the latest, so that a reader can go on where it was. */
export class EventLog {
  readonly #epoch: string;
  readonly #clock: () => number;
  readonly #maxEvents: number;
  readonly #maxCharacters: number;
  readonly #kept: ToldEvent[] = [];
  readonly #told = new TypedEmitter<{ event: [told: ToldEvent] }>();
  /** The number of the latest event; the first has 1. */
  #last = 0;
  #characters = 0;

  constructor({ epoch, clock, maxEvents, maxCharacters }: EventLogOptions) {
    this.#epoch = epoch;
    this.#clock = clock ?? Date.now;
    this.#maxEvents = maxEvents ?? MAX_EVENTS;
    this.#maxCharacters = maxCharacters ?? MAX_CHARACTERS;
  }

  /** The id of the latest event that is kept; before the first one, an id to begin from. */
  get head(): string {
    return `${this.#epoch}-${this.#last}`;
  }

  /** Tells an event to all who listen, and keeps it, unless it is one of levels. */
  publish(event: ApiEvent): void {
    const at = new Date(this.#clock()).toISOString();
    const id = event.type === 'levels' ? null : `${this.#epoch}-${++this.#last}`;
    const timed: TimedEvent = { ...event, id, at };
    const told = { event: timed, json: JSON.stringify(timed) };
    if (id !== null) this.#keep(told);
    this.#told.emit('event', told);
  }

  /** The event behind the one with the id; undefined when there is none yet, `lost` when it is not kept any more, or never was. */
  after(id: string): ToldEvent | undefined | 'lost' {
    const [, epoch, digits = ''] = /^(.*)-(0|[1-9]\d{0,14})$/.exec(id) ?? [];
    const number = Number(digits);
    if (epoch !== this.#epoch || number > this.#last) return 'lost';
    if (number === this.#last) return undefined;
    return this.#kept[this.#kept.length - (this.#last - number)] ?? 'lost';
  }

  /** Calls `listener` with each event from now on; the returned function ends that. */
  listen(listener: (told: ToldEvent) => void): () => void {
    return this.#told.on('event', listener);
  }

  #keep(told: ToldEvent): void {
    this.#kept.push(told);
    this.#characters += told.json.length;
    while (this.#kept.length > this.#maxEvents || this.#characters > this.#maxCharacters)
      this.#characters -= this.#kept.shift()?.json.length ?? 0;
  }
}
