import { runAll } from './run-all.ts';

/** What has been started and must be closed, last one first. Closing happens once, runs every step, and collects what fails. */
export class CloseStack<Reason> {
  readonly #steps: ((reason: Reason) => void | Promise<void>)[] = [];
  #closed: Promise<void> | undefined;

  /** Whether `close` has been called. */
  get closing(): boolean {
    return this.#closed !== undefined;
  }

  /** Adds what must be done before everything that is already there. */
  push(close: (reason: Reason) => void | Promise<void>): void {
    this.#steps.unshift(close);
  }

  /** Closes everything; the same promise on each call. Rejects as {@link runAll} does. */
  close(reason: Reason): Promise<void> {
    this.#closed ??= runAll(this.#steps.map((step) => () => step(reason)));
    return this.#closed;
  }
}
