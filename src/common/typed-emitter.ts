type Listener<A extends unknown[]> = (...args: A) => void;

/** Typed events: `Events` maps each event's name to the tuple of its arguments. Listeners run synchronously, in order. */
export class TypedEmitter<Events extends Record<keyof Events, unknown[]>> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Adds a listener; the returned function removes it. */
  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls every listener of `event`. */
  emit<K extends keyof Events>(event: K, ...args: Events[K]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) (listener as Listener<Events[K]>)(...args);
  }

  /** Removes all listeners. */
  removeAll(): void {
    this.#listeners.clear();
  }
}
