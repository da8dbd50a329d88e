/** An address of this machine or a relay answers far sooner than this. */
const PATIENCE_MS = 5_000;

/** Notices that not a single ICE candidate is found: libnice says nothing when no port is free, and gathers for ever. */
export class CandidateWatch {
  readonly #onNone: () => void;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(onNone: () => void) {
    this.#onNone = onNone;
  }

  /** Gathering begins. */
  start(): void {
    if (!this.#over) this.#timer ??= setTimeout(this.#onNone, PATIENCE_MS);
  }

  /** There is one, or nobody waits for it any longer. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}
