import { setTimeout as wait } from 'node:timers/promises';

/** A value that was read at a time, in milliseconds of any clock. */
export interface Sample<T> {
  atMs: number;
  value: T;
}

/** Two samples of the same, the first of which was taken earlier. */
export interface Stretch<T> {
  before: Sample<T>;
  after: Sample<T>;
}

/** Nobody who looks needs to know more often. */
const INTERVAL_MS = 1_000;
/** Receiver reports come every second or every five: a shorter stretch would often have none. */
const LONGEST_MS = 5_000;

/** What {@link Samples} may be given in place of the process' own clock. */
export interface SamplesClock {
  now: () => number;
  wait: (ms: number) => Promise<unknown>;
}

/**
 * Reads counters only when somebody asks, and at most once a second however many ask: what they have grown by over the last seconds
 * is the same for all. Whoever asks first after a while waits for a second.
 */
export class Samples<T> {
  readonly #read: () => Promise<T>;
  readonly #clock: SamplesClock;
  #samples: Sample<T>[] = [];
  #reading: Promise<Stretch<T>> | null = null;

  constructor(read: () => Promise<T>, clock: SamplesClock = { now: () => performance.now(), wait }) {
    this.#read = read;
    this.#clock = clock;
  }

  /** The last seconds, one at least. Rejects as reading does. */
  latest(): Promise<Stretch<T>> {
    this.#reading ??= this.#next().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #next(): Promise<Stretch<T>> {
    const { now } = this.#clock;
    this.#samples = this.#samples.filter(({ atMs }) => now() - atMs <= LONGEST_MS);
    const last = this.#samples.at(-1) ?? (await this.#take());
    const before = this.#samples[0] ?? last;
    if (before !== last && now() - last.atMs < INTERVAL_MS) return { before, after: last };
    await this.#clock.wait(Math.max(0, INTERVAL_MS - (now() - last.atMs)));
    return { before, after: await this.#take() };
  }

  async #take(): Promise<Sample<T>> {
    const value = await this.#read();
    const sample = { atMs: this.#clock.now(), value };
    this.#samples.push(sample);
    return sample;
  }
}
