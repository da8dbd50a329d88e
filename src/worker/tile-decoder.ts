import type { VideoCodec } from '../protocol/video-codec.ts';
import type { Decoder, GstElement } from './gst/binding.ts';
import { Scope } from './gst/scope.ts';
import { GRID_CODECS } from './grid-codec.ts';
import type { VideoStream } from './video-stream.ts';
import type { WorkerContext } from './worker-context.ts';

/** What is done about what happens to a decoder. */
export interface TileDecoderHandlers {
  /** It decodes nothing any more, and never will. */
  onFailed: () => void;
  /** Once. */
  onFirstPicture?: () => void;
  /** It can go on with a key frame only; by default the stream is asked for one as for somebody who changes to it. */
  onKeyFrameWanted?: () => void;
}

/** Decodes one stream, for the grid or for a still picture. */
export class TileDecoder {
  readonly decoder: Decoder;
  readonly stream: VideoStream;
  readonly #scope = new Scope();
  readonly #pipeline: GstElement;
  readonly #started: Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(context: WorkerContext, codec: VideoCodec, stream: VideoStream, handlers: TileDecoderHandlers) {
    const { gst } = context;
    const { onFailed, onFirstPicture = () => undefined } = handlers;
    const {
      onKeyFrameWanted = () => {
        stream.requestKeyFrame('switch');
      },
    } = handlers;
    this.stream = stream;
    const { caps, decoder } = GRID_CODECS[codec];
    this.#pipeline = this.#scope.keep(
      gst.createPipeline(
        'tile',
        `appsrc name=frames format=time is-live=true emit-signals=false max-bytes=0 caps=${caps} ! ${decoder}` +
          ' ! video/x-raw,format=I420 ! appsink name=pictures sync=false async=false qos=false max-buffers=1 drop=true enable-last-sample=false',
      ),
    );
    this.#pipeline.onMessage((message) => {
      if (message.type !== 'error' || this.#closing) return;
      context.log('warn', { problem: message.gerror?.message }, 'a picture cannot be decoded');
      onFailed();
    });
    const [frames, pictures] = [this.#element('frames'), this.#element('pictures')];
    const whileOpen = (task: () => void) => () => {
      if (!this.#closing) task();
    };
    this.decoder = new gst.Decoder(
      stream.relay,
      frames,
      pictures,
      whileOpen(onKeyFrameWanted),
      whileOpen(onFirstPicture),
    );
    this.#started = this.#pipeline.setState('playing');
    this.#started.then(() => {
      this.decoder.started();
    }, onFailed);
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
