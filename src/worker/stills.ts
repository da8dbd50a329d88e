import type { VideoCodec } from '../protocol/video-codec.ts';
import type { Decoder } from './gst/binding.ts';
import { Still } from './still.ts';
import type { VideoStream } from './video-stream.ts';
import type { WorkerContext } from './worker-context.ts';

/** The small pictures of a room's streams. */
export class Stills {
  readonly #make: (stream: VideoStream) => Still;
  readonly #stills = new Map<VideoStream, Still>();
  /** Those on their way out. */
  readonly #ending = new Set<Promise<void>>();

  /** `running` = the decoder that a stream has anyway, if it has one. */
  constructor(context: WorkerContext, codec: VideoCodec, running: (stream: VideoStream) => Decoder | null) {
    this.#make = (stream) => new Still(context, codec, stream, running);
  }

  /** A picture of a stream, as {@link Still.take}. */
  take(stream: VideoStream): Promise<Buffer> {
    const still = this.#stills.get(stream) ?? this.#make(stream);
    this.#stills.set(stream, still);
    return still.take();
  }

  /** Forgets all streams but these. */
  keep(streams: ReadonlySet<VideoStream | null>): void {
    for (const still of this.#stills.values()) if (!streams.has(still.stream)) this.#drop(still);
  }

  #drop(still: Still): void {
    this.#stills.delete(still.stream);
    const ending = still.close();
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }

  /** Ends them all. */
  async close(): Promise<void> {
    this.keep(new Set());
    await Promise.all(this.#ending);
  }
}
