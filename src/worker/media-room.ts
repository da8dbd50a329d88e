import type { StreamRef } from '../protocol/media-ipc/view.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import { Endpoint, type EndpointRoom } from './endpoint.ts';
import type { Mixer } from './gst/binding.ts';
import { type SlatePicture, SlateTone } from './slate.ts';
import type { VideoStream } from './video-stream.ts';
import type { WorkerContext } from './worker-context.ts';

/** Endpoints that can show each other's streams, and the mixer of their sound. */
export class MediaRoom implements EndpointRoom {
  readonly codec: VideoCodec;
  readonly slate: SlatePicture;
  readonly mixer: Mixer;
  readonly #id: string;
  readonly #context: WorkerContext;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #tone: SlateTone;
  readonly #toneInput: number;
  #closing: Promise<void> | null = null;

  constructor(id: string, codec: VideoCodec, context: WorkerContext) {
    this.#id = id;
    this.codec = codec;
    this.slate = context.slates.of(codec);
    this.#context = context;
    this.mixer = new context.gst.Mixer((inputs, levels) => {
      this.#tellLevels(new Map(inputs.map((input, index) => [input, levels[index] ?? 0])));
    });
    this.#tone = new SlateTone(context.gst, (problem) => {
      context.log('error', { problem }, 'the slate’s tone fails');
    });
    this.#toneInput = this.mixer.addInput(this.#tone.appsink);
  }

  /** The endpoints in the room. */
  get endpoints(): readonly Endpoint[] {
    return [...this.#endpoints.values()];
  }

  /** Makes an endpoint. */
  open(id: string): Endpoint {
    const endpoint = new Endpoint(id, this, this.#context);
    this.#endpoints.set(id, endpoint);
    return endpoint;
  }

  /** The camera of an endpoint, or null when there is none. */
  videoOf(endpoint: string): VideoStream | null {
    return this.#endpoints.get(endpoint)?.video ?? null;
  }

  /** States what a mixer's output hears. */
  hear(output: number, streams: readonly StreamRef[]): void {
    const inputs = streams.map((ref) =>
      ref.source === 'slate' ? this.#toneInput : (this.#endpoints.get(ref.endpoint)?.microphone ?? null),
    );
    this.mixer.hear(
      output,
      inputs.filter((input) => input !== null),
    );
    this.#tone.run(this.endpoints.some((endpoint) => endpoint.hearsSlate));
  }

  #tellLevels(byInput: ReadonlyMap<number, number>): void {
    if (this.#closing) return;
    const heard = this.endpoints.flatMap(({ id, microphone }) => {
      const level = microphone === null ? undefined : byInput.get(microphone);
      return level === undefined ? [] : [[id, level] as const];
    });
    this.#context.reportLevels(this.#id, Object.fromEntries(heard));
  }

  /** Points every slot and every mix at what exists now. */
  refresh(): void {
    for (const endpoint of this.#endpoints.values()) endpoint.refresh();
  }

  /** An endpoint has ended: nobody shows it any longer. */
  forget(endpoint: Endpoint): void {
    if (!this.#endpoints.delete(endpoint.id)) return;
    this.refresh();
    this.#tone.run(this.endpoints.some((other) => other.hearsSlate));
  }

  /** Ends the room and its endpoints; the same promise on each call. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await Promise.allSettled(this.endpoints.map((endpoint) => endpoint.close()));
    this.mixer.close();
    await this.#tone.close();
  }
}
