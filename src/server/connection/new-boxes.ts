/**
 * How long, in milliseconds, a page of RTCMultiConnection takes at most until it knows a box: it waits for its video element to play,
 * for a second if need be (`getRMCMediaElement` of the client 3.7.1). The rest is for a page that is busy.
 */
export const MAKING_MS = 2_000;

/**
 * What is said of boxes. A page drops what it hears of a box that it is still making, so that is said once more when it must have
 * made it.
 */
export class NewBoxes {
  readonly #send: (message: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** What was said of each box that the page may not have made yet. */
  readonly #early = new Map<string, unknown[]>();

  constructor(send: (message: unknown) => void) {
    this.#send = send;
  }

  /** Says something of the box `streamId`. */
  say(streamId: string, message: unknown): void {
    this.#send(message);
    this.#early.get(streamId)?.push(message);
  }

  /** The page is offered these boxes, which it did not know before. */
  offered(streamIds: Iterable<string>): void {
    for (const streamId of streamIds) if (!this.#early.has(streamId)) this.#early.set(streamId, []);
  }

  /** The page has answered, and begun to make what it was offered. */
  answered(): void {
    const begun = [...this.#early.keys()];
    if (begun.length === 0) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const streamId of begun) this.#isMade(streamId);
    }, MAKING_MS);
    timer.unref();
    this.#timers.add(timer);
  }

  /** Says nothing again from now on. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#early.clear();
  }

  #isMade(streamId: string): void {
    const early = this.#early.get(streamId) ?? [];
    this.#early.delete(streamId);
    for (const message of early) this.#send(message);
  }
}
