import { WebstreamerError } from '../protocol/errors.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import type { Decoder } from './gst/binding.ts';
import { jpegOf } from './jpeg.ts';
import { TileDecoder } from './tile-decoder.ts';
import type { VideoStream } from './video-stream.ts';
import type { WorkerContext } from './worker-context.ts';

/** A picture is handed out until it is so old; the rest of the two seconds that it may be old is for its way. */
const FRESH_MS = 1_700;
/** One of a decoder that runs is no older than this, or its stream has stopped. */
const LIVE_MS = 250;
const DEADLINE_MS = 2_000;

/**
 * Small pictures of a stream for those who look now and then. However many ask, one is made in two seconds; where the stream is
 * decoded for the grid it is taken from there, else one key frame is asked for and decoded.
 */
export class Still {
  readonly stream: VideoStream;
  readonly #context: WorkerContext;
  readonly #codec: VideoCodec;
  readonly #running: (stream: VideoStream) => Decoder | null;
  #attempt = new AbortController();
  #latest: { jpeg: Buffer; atMs: number } | null = null;
  #making: Promise<Buffer> | null = null;
  #closed = false;

  /** `running` = the decoder that the stream has anyway, if it has one. */
  constructor(
    context: WorkerContext,
    codec: VideoCodec,
    stream: VideoStream,
    running: (stream: VideoStream) => Decoder | null,
  ) {
    this.stream = stream;
    this.#context = context;
    this.#codec = codec;
    this.#running = running;
  }

  /** A JPEG that is at most two seconds old. Rejects with `no-picture` when none can be had within two seconds. */
  take(): Promise<Buffer> {
    if (this.#latest && performance.now() - this.#latest.atMs < FRESH_MS) return Promise.resolve(this.#latest.jpeg);
    this.#making ??= this.#make().finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  async #make(): Promise<Buffer> {
    if (this.#closed) throw new WebstreamerError('no-picture');
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { signal } = attempt;
    const deadline = setTimeout(() => {
      attempt.abort();
    }, DEADLINE_MS);
    const { gst } = this.#context;
    try {
      const running = this.#running(this.stream);
      const live = running && (await jpegOf(gst, running, LIVE_MS, signal));
      this.#latest = live ? { jpeg: live, atMs: performance.now() - LIVE_MS } : await this.#decodeOne(signal);
      return this.#latest.jpeg;
    } catch (error) {
      if (!signal.aborted)
        this.#context.log('warn', { problem: (error as Error).message }, 'a small picture cannot be made');
      throw new WebstreamerError('no-picture');
    } finally {
      clearTimeout(deadline);
    }
  }

  async #decodeOne(signal: AbortSignal): Promise<{ jpeg: Buffer; atMs: number }> {
    const { decoder, decoded } = this.#startDecoder(signal);
    try {
      await decoded;
      const atMs = performance.now();
      const jpeg = await jpegOf(this.#context.gst, decoder.decoder, DEADLINE_MS, signal);
      if (!jpeg) throw new Error('the decoder has no picture any more');
      return { jpeg, atMs };
    } finally {
      await decoder.close();
    }
  }

  /** A decoder, and its first picture: of the next key frame, which is asked for at most once a second. */
  #startDecoder(signal: AbortSignal): { decoder: TileDecoder; decoded: Promise<void> } {
    signal.throwIfAborted();
    const askForKeyFrame = () => {
      this.stream.requestKeyFrame('repair');
    };
    let onFirstPicture: () => void = () => undefined;
    let onFailed = onFirstPicture;
    const decoded = new Promise<void>((resolve, reject) => {
      onFirstPicture = resolve;
      onFailed = () => {
        reject(new Error('the decoder fails'));
      };
      signal.addEventListener('abort', onFailed);
    });
    decoded.catch(() => undefined);
    const handlers = { onFailed, onFirstPicture, onKeyFrameWanted: askForKeyFrame };
    const decoder = new TileDecoder(this.#context, this.#codec, this.stream, handlers);
    askForKeyFrame();
    return { decoder, decoded };
  }

  /** Makes none any more; resolves when what it used is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#attempt.abort();
    await this.#making?.catch(() => undefined);
  }
}
