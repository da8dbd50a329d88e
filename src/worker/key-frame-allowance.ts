/** So many requests at once are a hiccup of the network; one that goes on asking gets one in three seconds. */
const AT_ONCE = 3;
const INTERVAL_MS = 3_000;

/**
 * How often one viewer may have key frames made: everybody who watches the stream pays for each with worse pictures, so the viewer
 * with the bad network waits.
 */
export class KeyFrameAllowance {
  readonly #nowMs: () => number;
  #left = AT_ONCE;
  #filledMs: number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#filledMs = nowMs();
  }

  /** Whether the viewer may have one now; if so, it is used up. */
  take(): boolean {
    const now = this.#nowMs();
    this.#left = Math.min(AT_ONCE, this.#left + (now - this.#filledMs) / INTERVAL_MS);
    this.#filledMs = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
