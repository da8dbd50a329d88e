import type { Logger } from './logger.ts';

interface Step<Reason> {
  name: string;
  close: (reason: Reason) => void | Promise<void>;
}

/** What has been started and must be closed, last one first. Closing happens once, runs every step, and collects what fails. */
export class CloseStack<Reason> {
  readonly #steps: Step<Reason>[] = [];
  readonly #logger: Logger;
  #closed: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Whether `close` has been called. */
  get closing(): boolean {
    return this.#closed !== undefined;
  }

  /** Adds what must be done before everything that is already there. */
  push(name: string, close: Step<Reason>['close']): void {
    this.#steps.push({ name, close });
  }

  /** Closes everything; the same promise on each call. Rejects with an AggregateError when steps failed, after all have run. */
  close(reason: Reason): Promise<void> {
    this.#closed ??= this.#run(reason);
    return this.#closed;
  }

  async #run(reason: Reason): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.close(reason);
      } catch (error) {
        this.#logger.error({ err: error, step: step.name }, 'closing failed');
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Not everything could be closed');
  }
}
