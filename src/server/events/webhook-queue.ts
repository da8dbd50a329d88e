import { setTimeout as pause } from 'node:timers/promises';
import { type Delivery, post } from './webhook-request.ts';

/** What may wait for one receiver; the oldest gives way. */
const MAX_WAITING = 1000;
const MAX_CHARACTERS = 10_000_000;
/** Together with the pauses, about five minutes. */
const MAX_ATTEMPTS = 10;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** How long what waits may still be delivered when the server closes. */
const LAST_DELIVERIES_MS = 2000;

/** Why an event was not delivered. */
export type Undelivered = 'attempts-exhausted' | 'queue-full' | 'shutdown';

/** What became of an attempt. */
export type WebhookResult = 'delivered' | 'failed' | 'dropped';

/** What a queue works with; `random` gives numbers from 0 to 1, the times are for tests. */
export interface WebhookQueueOptions {
  url: string;
  secret: string;
  /** Told of what will not be delivered; `error` = the last failure. */
  onUndelivered: (delivery: Delivery, why: Undelivered, error: unknown) => void;
  onResult?: ((result: WebhookResult) => void) | undefined;
  onFailure?: ((delivery: Delivery, attempt: number, error: unknown) => void) | undefined;
  clock?: () => number;
  random?: () => number;
  firstPauseMs?: number;
  answerMs?: number;
  lastDeliveriesMs?: number;
}

/** Delivers events to one receiver, one after another, each as often as it takes. */
export class WebhookQueue {
  readonly #options: WebhookQueueOptions;
  readonly #waiting: Delivery[] = [];
  readonly #abort = new AbortController();
  #characters = 0;
  /** What is being delivered; resolved while nothing waits. */
  #work: Promise<void> = Promise.resolve();
  #working = false;
  #closed: Promise<void> | null = null;
  #lastError: unknown;

  constructor(options: WebhookQueueOptions) {
    this.#options = options;
  }

  /** Takes a delivery; never fails, and never waits. */
  push(delivery: Delivery): void {
    if (this.#closed !== null) return;
    this.#waiting.push(delivery);
    this.#characters += delivery.body.length;
    // The first one is on its way.
    while (this.#waiting.length > 1 && (this.#waiting.length > MAX_WAITING || this.#characters > MAX_CHARACTERS))
      this.#undelivered(this.#take(1), 'queue-full');
    if (this.#working) return;
    this.#working = true;
    this.#work = this.#deliverAll().finally(() => {
      this.#working = false;
    });
  }

  /** Tries for a short time to deliver what waits, and ends. The same promise on each call. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const timer = setTimeout(() => {
      this.#abort.abort();
    }, this.#options.lastDeliveriesMs ?? LAST_DELIVERIES_MS);
    await this.#work;
    clearTimeout(timer);
    while (this.#waiting.length > 0) this.#undelivered(this.#take(0), 'shutdown');
  }

  async #deliverAll(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const delivered = await this.#deliver(next);
      if (this.#abort.signal.aborted && !delivered) return;
      this.#take(0);
      if (!delivered) this.#undelivered(next, 'attempts-exhausted');
    }
  }

  /** Whether a delivery has succeeded, at the latest with the last attempt. */
  async #deliver(delivery: Delivery): Promise<boolean> {
    const { url, secret, clock = Date.now, answerMs, onResult, onFailure } = this.#options;
    const { signal } = this.#abort;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const timestamp = Math.floor(clock() / 1000);
      try {
        await post(delivery, { url, secret, timestamp, signal, ...(answerMs !== undefined && { answerMs }) });
        onResult?.('delivered');
        return true;
      } catch (error) {
        this.#lastError = error;
        onResult?.('failed');
        onFailure?.(delivery, attempt, error);
      }
      if (attempt === MAX_ATTEMPTS) return false;
      await pause(this.#pauseMs(attempt), undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  /** Grows with each attempt, with something random, so that many receivers or events do not come back at once. */
  #pauseMs(attempt: number): number {
    const { firstPauseMs = FIRST_PAUSE_MS, random = Math.random } = this.#options;
    return Math.min(firstPauseMs * 2 ** (attempt - 1), LONGEST_PAUSE_MS) * (0.5 + random() / 2);
  }

  #take(index: number): Delivery {
    const [delivery] = this.#waiting.splice(index, 1) as [Delivery];
    this.#characters -= delivery.body.length;
    return delivery;
  }

  #undelivered(delivery: Delivery, why: Undelivered): void {
    this.#options.onResult?.('dropped');
    this.#options.onUndelivered(delivery, why, this.#lastError);
  }
}
