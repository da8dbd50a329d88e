import type { VideoCodec } from '../protocol/video-codec.ts';
import type { BufferCounter, GstBinding, GstElement, Relay } from './gst/binding.ts';

const KEY_FRAME_INTERVAL_MS = 300;

/** Encoded video that slots can show: the camera of an endpoint, or the slate. */
export class VideoStream {
  readonly relay: Relay;
  readonly #askForKeyFrame: () => void;
  readonly #frames: BufferCounter;
  #lastRequestMs = -Infinity;
  #keyFramesAtRequest = 0;
  #later: NodeJS.Timeout | undefined;
  #closed = false;

  /** `appsink` ends the stream, which is of `codec`; `askForKeyFrame` asks its maker for a key frame. */
  constructor(
    gst: GstBinding,
    appsink: GstElement,
    codec: VideoCodec,
    askForKeyFrame: () => void,
    onFirstFrame: () => void = () => undefined,
  ) {
    this.#askForKeyFrame = askForKeyFrame;
    this.relay = new gst.Relay(appsink, codec, onFirstFrame);
    const end = appsink.staticPad('sink');
    this.#frames = end.countBuffers();
    end.release();
  }

  /**
   * Asks the publisher for a key frame, at most every 300 ms. Requests in between are answered by one at the end, unless a key
   * frame has come meanwhile: a browser makes none within 300 ms of the last, so one too many costs the next who needs one.
   */
  requestKeyFrame(): void {
    if (this.#closed) return;
    this.#keyFramesAtRequest = this.#frames.read().keyFrames;
    if (this.#later) return;
    const waitMs = this.#lastRequestMs + KEY_FRAME_INTERVAL_MS - performance.now();
    if (waitMs <= 0) {
      this.#send();
      return;
    }
    this.#later = setTimeout(() => {
      this.#later = undefined;
      if (this.#frames.read().keyFrames === this.#keyFramesAtRequest) this.#send();
    }, waitMs);
  }

  #send(): void {
    this.#lastRequestMs = performance.now();
    this.#askForKeyFrame();
  }

  /** Asks for nothing from now on. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#later);
    this.relay.close();
  }
}
