import type { GstElement, GstObject } from './binding.ts';

/**
 * The wrappers and signal handlers of one pipeline, let go together: a handler that captures a wrapper would keep the object
 * alive for ever.
 */
export class Scope {
  readonly #objects: GstObject[] = [];
  readonly #handlers: [GstObject, number][] = [];

  /** Remembers `object` and returns it. */
  keep<T extends GstObject>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  /** As GstObject.on(), and disconnected with the scope. */
  on(object: GstObject, signal: string, handler: (...args: never[]) => void): void {
    this.#handlers.push([object, object.on(signal, handler)]);
  }

  /** Disconnects all handlers; nothing is called from now on but what is queued already. */
  disconnect(): void {
    for (const [object, id] of this.#handlers.splice(0)) object.off(id);
  }

  /** Stops `pipeline`, then lets every wrapper go. */
  async end(pipeline: GstElement): Promise<void> {
    this.disconnect();
    await pipeline.setState('null');
    for (const object of this.#objects.splice(0)) object.release();
  }
}
