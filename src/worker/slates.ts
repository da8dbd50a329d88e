import type { VideoCodec } from '../protocol/video-codec.ts';
import type { GstBinding } from './gst/binding.ts';
import { SlatePicture } from './slate.ts';

/** The slate in each codec that is used, made when it is used first. */
export class Slates {
  readonly #gst: GstBinding;
  readonly #onError: (problem: string) => void;
  readonly #pictures = new Map<VideoCodec, SlatePicture>();
  readonly #prepared = new Map<VideoCodec, Promise<void>>();

  constructor(gst: GstBinding, onError: (problem: string) => void) {
    this.#gst = gst;
    this.#onError = onError;
  }

  /** The slate in a codec. */
  of(codec: VideoCodec): SlatePicture {
    const picture = this.#pictures.get(codec) ?? new SlatePicture(this.#gst, codec, this.#onError);
    this.#pictures.set(codec, picture);
    return picture;
  }

  /** Resolves when the slate in a codec can be shown at once; rejects when it cannot be shown at all. */
  prepare(codec: VideoCodec): Promise<void> {
    const prepared = this.#prepared.get(codec) ?? this.of(codec).warmUp();
    this.#prepared.set(codec, prepared);
    return prepared;
  }

  /** Ends them all. */
  async close(): Promise<void> {
    await Promise.all([...this.#pictures.values()].map((picture) => picture.close()));
  }
}
