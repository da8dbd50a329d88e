/** Something that can be listened to. */
export class Signal<T = void> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Calls `listener` with each value; the returned function ends that. */
  listen(listener: (value: T) => void): () => void {
    // A wrapper of its own, so that a function that listens twice is called twice.
    const own = (value: T) => {
      listener(value);
    };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Tells everybody who listens. */
  tell(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
