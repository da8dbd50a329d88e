import type { GridTiles } from '../protocol/media-ipc/grid.ts';
import type { StreamRef } from '../protocol/media-ipc/view.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import type { Decoder, Grid, GstElement } from './gst/binding.ts';
import { GRID_CODECS } from './grid-codec.ts';
import { layOut } from './grid-layout.ts';
import { OnDemandPipeline } from './on-demand-pipeline.ts';
import { TileDecoder } from './tile-decoder.ts';
import { VideoStream } from './video-stream.ts';
import type { WorkerContext } from './worker-context.ts';

const DECODER_RETRY_MS = 1000;

/**
 * The one picture of all people of a room, encoded once for all who see it. Nothing is decoded, drawn or encoded while nobody does.
 */
export class GridPicture {
  readonly stream: VideoStream;
  readonly #context: WorkerContext;
  readonly #codec: VideoCodec;
  readonly #find: (ref: StreamRef) => VideoStream | null;
  readonly #pipeline: OnDemandPipeline;
  readonly #input: GstElement;
  readonly #decoders = new Map<VideoStream, TileDecoder>();
  /** Decoders on their way out. */
  readonly #ending = new Set<Promise<void>>();
  #tiles: GridTiles = [];
  #drawing: Grid | null = null;
  readonly #failed = new Set<TileDecoder>();
  #retry: NodeJS.Timeout | undefined;

  /** `find` = the stream that a tile's reference stands for. */
  constructor(context: WorkerContext, codec: VideoCodec, find: (ref: StreamRef) => VideoStream | null) {
    this.#context = context;
    this.#codec = codec;
    this.#find = find;
    const { gst, options } = context;
    const { width, height, frameRate } = options.grid;
    const caps = `video/x-raw,format=I420,width=${width},height=${height},framerate=${frameRate}/1`;
    const description =
      `appsrc name=pictures format=time is-live=true emit-signals=false max-bytes=0 caps=${caps}` +
      ` ! ${GRID_CODECS[codec].encoder(options.grid)} ! appsink name=frames sync=false async=false qos=false enable-last-sample=false`;
    this.#pipeline = new OnDemandPipeline(gst, 'grid', description, (problem) => {
      context.log('error', { problem }, 'the grid fails');
    });
    this.#input = this.#pipeline.element('pictures');
    const frames = this.#pipeline.element('frames');
    const end = this.#pipeline.sinkPad(frames);
    this.stream = new VideoStream(gst, frames, codec, {
      askForKeyFrame: () => {
        end.requestKeyFrame();
      },
      onWatched: (watched) => {
        this.#run(watched);
      },
    });
  }

  /** States what is to be seen. */
  setTiles(tiles: GridTiles): void {
    this.#tiles = tiles;
    this.refresh();
  }

  /** The decoder of a stream that is drawn at the moment. */
  decoderOf(stream: VideoStream): Decoder | null {
    return this.#decoders.get(stream)?.decoder ?? null;
  }

  #run(watched: boolean): void {
    this.#pipeline.wantLater(watched);
    this.#drawing?.close();
    this.#drawing = watched ? new this.#context.gst.Grid(this.#context.options.grid, this.#input) : null;
    this.refresh();
  }

  /** Points the tiles at the streams that exist now. */
  refresh(): void {
    const streams = this.#tiles.map(({ stream }) => (this.#drawing && stream ? this.#find(stream) : null));
    this.#decode(new Set(streams.filter((stream) => stream !== null)));
    if (!this.#drawing) return;
    const { width, height } = this.#context.options.grid;
    const big = this.#tiles.findIndex(({ screen }) => screen);
    const order = this.#tiles.map((_, index) => index).sort((a, b) => Number(b === big) - Number(a === big));
    const areas = layOut(width, height, order.length, big !== -1);
    this.#drawing.show(
      order.flatMap((index, place) => {
        const [tile, area, stream] = [this.#tiles[index], areas[place], streams[index]];
        if (!tile || !area) return [];
        const decoder = (stream && this.#decoders.get(stream)?.decoder) ?? null;
        return [{ ...area, name: tile.name, whole: tile.screen, marked: tile.speaker, decoder }];
      }),
    );
  }

  #decode(wanted: ReadonlySet<VideoStream>): void {
    for (const [stream, decoder] of this.#decoders) if (!wanted.has(stream)) this.#drop(decoder);
    const added = [...wanted].filter((stream) => !this.#decoders.has(stream));
    // At once, as each takes its way to a page and back, while the decoders start.
    for (const stream of added) stream.requestKeyFrame('switch');
    for (const stream of added) {
      const decoder = new TileDecoder(this.#context, this.#codec, stream, {
        onFailed: () => {
          this.#onFailed(decoder);
        },
      });
      this.#decoders.set(stream, decoder);
    }
  }

  #onFailed(decoder: TileDecoder): void {
    this.#failed.add(decoder);
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      for (const failed of this.#failed) if (this.#decoders.get(failed.stream) === failed) this.#drop(failed);
      this.#failed.clear();
      this.refresh();
    }, DECODER_RETRY_MS);
  }

  #drop(decoder: TileDecoder): void {
    this.#decoders.delete(decoder.stream);
    const ending = decoder.close().catch((error: unknown) => {
      this.#context.log('error', { problem: String(error) }, 'a decoder of the grid cannot be ended');
    });
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }

  /** Ends the picture. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    this.#drawing?.close();
    this.#drawing = null;
    this.#tiles = [];
    this.stream.close();
    for (const decoder of this.#decoders.values()) this.#drop(decoder);
    await Promise.all(this.#ending);
    await this.#pipeline.close();
  }
}
