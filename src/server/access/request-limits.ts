import { Bucket, type Rate } from '../../common/rate.ts';
import type { AuthConfig } from '../../protocol/auth.ts';

/** How many seconds of the average may come at once. */
const BURST_SECONDS = 5;
/** Of more callers than this, those that have been quiet for longest are forgotten: their buckets are full again. */
const MAX_CALLERS = 10_000;

/** What may still come, by who it comes from. */
class Buckets {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  of(key: string, nowMs: number): Bucket {
    const bucket = this.#buckets.get(key) ?? new Bucket(this.#rate, nowMs);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > MAX_CALLERS && oldest.done === false) this.#buckets.delete(oldest.value);
    return bucket;
  }
}

/** Counts requests by caller, and wrong keys and tokens by address. */
export class RequestLimits {
  readonly #requests: Buckets;
  readonly #failures: Buckets;
  readonly #now: () => number;
  /** In seconds: when one more failure is allowed. */
  readonly failureRetrySeconds: number;

  constructor({ requestsPerSecond, failuresPerMinute }: AuthConfig['limits'], now: () => number = Date.now) {
    this.#requests = new Buckets({ perSecond: requestsPerSecond, burst: requestsPerSecond * BURST_SECONDS });
    this.#failures = new Buckets({ perSecond: failuresPerMinute / 60, burst: failuresPerMinute });
    this.failureRetrySeconds = Math.ceil(60 / failuresPerMinute);
    this.#now = now;
  }

  /** Whether one more request may come from a caller. */
  mayAsk(caller: string): boolean {
    const nowMs = this.#now();
    return this.#requests.of(caller, nowMs).take(1, nowMs);
  }

  /** Whether a key or a token from an address is looked at. */
  mayTry(address: string): boolean {
    const nowMs = this.#now();
    return this.#failures.of(address, nowMs).has(1, nowMs);
  }

  /** A wrong key or token has come from an address. */
  failed(address: string): void {
    const nowMs = this.#now();
    this.#failures.of(address, nowMs).take(1, nowMs);
  }
}
