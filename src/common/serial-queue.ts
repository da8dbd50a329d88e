/** Runs tasks one at a time, in the order they came: the mailbox of a connection. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #length = 0;

  /** The number of tasks that wait or run. */
  get length(): number {
    return this.#length;
  }

  /** Queues `task`; resolves or rejects as the task does. A task that fails does not stop those behind it. */
  run<T>(task: () => T | Promise<T>): Promise<T> {
    this.#length++;
    const result = this.#tail.then(task).finally(() => this.#length--);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything queued up to now has run. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
