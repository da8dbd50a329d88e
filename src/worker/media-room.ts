import type { GridTiles } from '../protocol/media-ipc/grid.ts';
import type { StreamRef } from '../protocol/media-ipc/view.ts';
import { WebstreamerError } from '../protocol/errors.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import { Endpoint, type EndpointRoom } from './endpoint.ts';
import { GridPicture } from './grid-picture.ts';
import type { Mixer } from './gst/binding.ts';
import { type SlatePicture, SlateTone } from './slate.ts';
import { Stills } from './stills.ts';
import type { VideoStream } from './video-stream.ts';
import { inRoom, type WorkerContext } from './worker-context.ts';

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
  readonly #stills: Stills;
  #grid: GridPicture | null = null;
  #closing: Promise<void> | null = null;

  constructor(id: string, codec: VideoCodec, shared: WorkerContext) {
    this.#id = id;
    this.codec = codec;
    this.slate = shared.slates.of(codec);
    const context = inRoom(shared, id);
    this.#context = context;
    this.mixer = new context.gst.Mixer((inputs, levels) => {
      this.#tellLevels(new Map(inputs.map((input, index) => [input, levels[index] ?? 0])));
    });
    this.#tone = new SlateTone(context.gst, (problem) => {
      context.log('error', { problem }, 'the slate’s tone fails');
    });
    this.#toneInput = this.mixer.addInput(this.#tone.appsink);
    this.#stills = new Stills(context, codec, (stream) => this.#grid?.decoderOf(stream) ?? null);
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

  /** States the tiles of the room's grid; the first time, there is one from now on. */
  setGrid(tiles: GridTiles): void {
    if (this.#closing) throw new WebstreamerError('media-room-closed');
    if (this.#grid) {
      this.#grid.setTiles(tiles);
      return;
    }
    this.#grid = new GridPicture(this.#context, this.codec, (ref) => this.videoOf(ref));
    this.#grid.setTiles(tiles);
    this.refresh();
  }

  /** A small JPEG of what the camera of an endpoint sees; rejects with `no-picture` when there is none to be had. */
  async picture({ uploads: { camera } }: Endpoint): Promise<Buffer> {
    if (!camera || this.#closing) throw new WebstreamerError('no-picture');
    return await this.#stills.take(camera);
  }

  /** What a reference stands for, or null when there is nothing such. */
  videoOf(ref: StreamRef): VideoStream | null {
    if (ref.source === 'slate') return this.slate.stream;
    if (ref.source === 'grid') return this.#grid?.stream ?? null;
    return this.#endpoints.get(ref.endpoint)?.uploads[ref.kind ?? 'camera'] ?? null;
  }

  /** States what a mixer's output hears. */
  hear(output: number, streams: readonly StreamRef[]): void {
    const inputs = streams.flatMap((ref) => this.#soundsOf(ref));
    this.mixer.hear(output, inputs);
    this.#tone.run(this.endpoints.some((endpoint) => endpoint.hearsSlate));
  }

  #soundsOf(ref: StreamRef): readonly number[] {
    if (ref.source === 'slate') return [this.#toneInput];
    return ref.source === 'endpoint' ? (this.#endpoints.get(ref.endpoint)?.uploads.sounds ?? []) : [];
  }

  #tellLevels(byInput: ReadonlyMap<number, number>): void {
    if (this.#closing) return;
    // The first sound is the microphone's: that of a screen is nobody's voice.
    const heard = this.endpoints.flatMap(({ id, uploads: { sounds } }) => {
      const level = byInput.get(sounds[0] ?? -1);
      return level === undefined ? [] : [[id, level] as const];
    });
    this.#context.reportLevels(this.#id, Object.fromEntries(heard));
  }

  /** Points every slot, every mix and the grid at what exists now. */
  refresh(): void {
    this.#grid?.refresh();
    this.#stills.keep(new Set(this.endpoints.map(({ uploads }) => uploads.camera)));
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
    await this.#stills.close();
    await this.#grid?.close();
    await this.#tone.close();
  }
}
