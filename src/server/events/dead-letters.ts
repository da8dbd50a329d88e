import { appendFile } from 'node:fs/promises';
import type { Logger } from '../../common/logger.ts';
import { SerialQueue } from '../../common/serial-queue.ts';

/** An event that a webhook could not be told, as it stands in the file. */
export interface DeadLetter {
  at: string;
  /** Where it should have gone, without what may be secret of an address. */
  webhook: string;
  delivery: string;
  why: string;
  error: string;
  event: unknown;
}

/** Keeps what was not delivered: as JSON lines in a file, or in the log where there is none, or where it cannot be written. */
export class DeadLetters {
  readonly #path: string | undefined;
  readonly #logger: Logger;
  readonly #queue = new SerialQueue();

  constructor(path: string | undefined, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** Keeps a letter; never fails. */
  add(letter: DeadLetter): void {
    const path = this.#path;
    if (path === undefined) {
      this.#logger.warn({ ...letter }, 'an event was not delivered');
      return;
    }
    void this.#queue.run(async () => {
      try {
        await appendFile(path, `${JSON.stringify(letter)}\n`, { mode: 0o600 });
      } catch (err) {
        this.#logger.error(
          { err, ...letter },
          'an event was not delivered, and the file of dead letters cannot be written',
        );
      }
    });
  }

  /** Resolves when everything has been written. */
  async written(): Promise<void> {
    await this.#queue.run(() => Promise.resolve());
  }
}
