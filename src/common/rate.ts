/** How much may come: `perSecond` on average, and `burst` at once. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** A bucket that fills by itself and out of which everything that comes is taken. Times are in milliseconds. */
export class Bucket {
  readonly #rate: Rate;
  #level: number;
  #atMs: number;

  /** The bucket is full at first. */
  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#level = rate.burst;
    this.#atMs = nowMs;
  }

  /** Whether there is as much in it as `amount`. */
  has(amount: number, nowMs: number): boolean {
    const filled = this.#level + ((nowMs - this.#atMs) * this.#rate.perSecond) / 1000;
    this.#level = Math.min(this.#rate.burst, filled);
    this.#atMs = nowMs;
    return amount <= this.#level;
  }

  /** Takes `amount` out; false, and nothing is taken, when there is not as much in it. */
  take(amount: number, nowMs: number): boolean {
    if (!this.has(amount, nowMs)) return false;
    this.#level -= amount;
    return true;
  }
}
