import { SerialQueue } from '../common/serial-queue.ts';
import type { GstBinding, GstElement, GstPad } from './gst/binding.ts';
import { Scope } from './gst/scope.ts';

/**
 * A pipeline that works only while it is wanted. Its idle state is READY: a live source that was only paused would catch up on
 * all the frames it missed.
 */
export class OnDemandPipeline {
  readonly #scope = new Scope();
  readonly #pipeline: GstElement;
  readonly #changes = new SerialQueue();
  readonly #onError: (problem: string) => void;
  #wanted = false;

  /** `description` = its elements, as gst-launch takes them. */
  constructor(gst: GstBinding, name: string, description: string, onError: (problem: string) => void) {
    this.#onError = (problem) => {
      onError(`${name}: ${problem}`);
    };
    this.#pipeline = this.#scope.keep(gst.createPipeline(name, description));
    this.#pipeline.onMessage((message) => {
      if (message.type === 'error') this.#onError(message.gerror?.message ?? 'unknown');
    });
  }

  /** The element of this name. */
  element(name: string): GstElement {
    const found = this.#pipeline.byName(name);
    if (!found) throw new Error(`the pipeline has no ${name}`);
    return this.#scope.keep(found);
  }

  /** The way into an appsink. */
  sinkPad(appsink: GstElement): GstPad {
    return this.#scope.keep(appsink.staticPad('sink'));
  }

  /** As `want`, for callers who have nobody to tell that it failed. */
  wantLater(wanted: boolean): void {
    this.want(wanted).catch((error: unknown) => {
      this.#onError((error as Error).message);
    });
  }

  /** Says whether it should work; resolves when it does, or does not any more. */
  async want(wanted: boolean): Promise<void> {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    await this.#changes.run(() => this.#pipeline.setState(wanted ? 'playing' : 'ready'));
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#changes.run(() => this.#scope.end(this.#pipeline));
  }
}
