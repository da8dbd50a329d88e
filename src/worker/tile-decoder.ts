import type { Decoder, GstElement } from './gst/binding.ts';
import { Scope } from './gst/scope.ts';
import { GRID_CODECS } from './grid-codec.ts';
import type { VideoStream } from './video-stream.ts';
import type { WorkerContext } from './worker-context.ts';

/** Decodes one stream for the grid. */
export class TileDecoder {
  readonly decoder: Decoder;
  readonly stream: VideoStream;
  readonly #scope = new Scope();
  readonly #pipeline: GstElement;
  readonly #started: Promise<void>;
  #closing: Promise<void> | null = null;

  /** `onFailed`: it decodes nothing any more, and never will. */
  constructor(context: WorkerContext, stream: VideoStream, onFailed: () => void) {
    const { gst } = context;
    this.stream = stream;
    const { caps, decoder } = GRID_CODECS.vp8;
    this.#pipeline = this.#scope.keep(
      gst.createPipeline(
        'tile',
        `appsrc name=frames format=time is-live=true emit-signals=false max-bytes=0 caps=${caps} ! ${decoder}` +
          ' ! video/x-raw,format=I420 ! appsink name=pictures sync=false async=false qos=false max-buffers=1 drop=true enable-last-sample=false',
      ),
    );
    this.#pipeline.onMessage((message) => {
      if (message.type !== 'error' || this.#closing) return;
      context.log('warn', { problem: message.gerror?.message }, 'a picture of the grid cannot be decoded');
      onFailed();
    });
    this.decoder = new gst.Decoder(stream.relay, this.#element('frames'), this.#element('pictures'), () => {
      if (!this.#closing) stream.requestKeyFrame('switch');
    });
    this.#started = this.#pipeline.setState('playing');
    this.#started.catch(onFailed);
  }

  #element(name: string): GstElement {
    const found = this.#pipeline.byName(name);
    if (!found) throw new Error(`the pipeline has no ${name}`);
    return this.#scope.keep(found);
  }

  /** Ends it; the same promise on each call. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.decoder.close();
    await this.#started.catch(() => undefined);
    await this.#scope.end(this.#pipeline);
  }
}
