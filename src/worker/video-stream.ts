import type { VideoCodec } from '../protocol/video-codec.ts';
import type { BufferCounter, GstBinding, GstElement, IncomingStream, Relay } from './gst/binding.ts';

/**
 * Why a key frame is wanted: somebody changes to the stream and sees nothing of it before, or has lost something. A browser makes none
 * within 300 ms of the last, so one too many costs the next who needs one.
 */
type KeyFrameCause = 'switch' | 'repair';

const INTERVAL_MS: Record<KeyFrameCause, number> = { switch: 300, repair: 1_000 };

/** What the maker of a stream is told and asked. */
export interface VideoStreamHandlers {
  /** Somebody needs a key frame. */
  askForKeyFrame: () => void;
  /** Once. */
  onFirstFrame?: () => void;
  /** The first slot shows the stream, or the last one does not any more. */
  onWatched?: (watched: boolean) => void;
}

/** Encoded video that slots can show: the camera of an endpoint, the grid, or the slate. */
export class VideoStream {
  readonly relay: Relay;
  readonly #handlers: VideoStreamHandlers;
  readonly #frames: BufferCounter;
  #lastRequestMs = -Infinity;
  #keyFramesAtRequest = 0;
  #later: NodeJS.Timeout | undefined;
  #laterMs = 0;
  #viewers = 0;
  #closed = false;

  /** The frames come from a page, or from an appsink; they are of `codec`. */
  constructor(gst: GstBinding, source: GstElement | IncomingStream, codec: VideoCodec, handlers: VideoStreamHandlers) {
    this.#handlers = handlers;
    this.relay = new gst.Relay(source, codec, handlers.onFirstFrame ?? (() => undefined));
    this.#frames = framesOf(source);
  }

  /**
   * Asks the publisher for a key frame, unless that was done just before: a second ago for repairs, 300 ms for a change. Requests in
   * between are answered by one at the end, unless a key frame has come meanwhile.
   */
  requestKeyFrame(cause: KeyFrameCause): void {
    if (this.#closed) return;
    this.#keyFramesAtRequest = this.#frames.read().keyFrames;
    const atMs = this.#lastRequestMs + INTERVAL_MS[cause];
    if (this.#later && atMs >= this.#laterMs) return;
    clearTimeout(this.#later);
    this.#later = undefined;
    const waitMs = atMs - performance.now();
    if (waitMs <= 0) {
      this.#send();
      return;
    }
    this.#laterMs = atMs;
    this.#later = setTimeout(() => {
      this.#later = undefined;
      if (this.#frames.read().keyFrames === this.#keyFramesAtRequest) this.#send();
    }, waitMs);
  }

  /** How long no frame has come, in ms; -1 before the first one. */
  get idleMs(): number {
    return this.#frames.read().idleMs;
  }

  #send(): void {
    this.#lastRequestMs = performance.now();
    this.#handlers.askForKeyFrame();
  }

  /** Whether a slot shows it. */
  get watched(): boolean {
    return this.#viewers > 0;
  }

  /** A slot shows the stream from now on. */
  addViewer(): void {
    if (this.#viewers++ === 0) this.#handlers.onWatched?.(true);
  }

  /** A slot shows something else from now on. */
  removeViewer(): void {
    if (--this.#viewers === 0) this.#handlers.onWatched?.(false);
  }

  /** Asks for nothing from now on. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#later);
    this.relay.close();
  }
}

function framesOf(source: GstElement | IncomingStream): BufferCounter {
  if ('transport' in source) return source.transport.pictureCounter(source.ssrc);
  const end = source.staticPad('sink');
  const frames = end.countBuffers();
  end.release();
  return frames;
}
