import type { GstBinding, GstElement, GstPad, Relay } from './gst/binding.ts';

const KEY_FRAME_INTERVAL_MS = 300;

/** Encoded video that slots can show: the camera of an endpoint, or the slate. */
export class VideoStream {
  readonly relay: Relay;
  readonly #keyFramePad: GstPad;
  #lastRequestMs = -Infinity;
  #later: NodeJS.Timeout | undefined;
  #closed = false;

  /** `appsink` ends the stream; key frames are asked for through `keyFramePad`. */
  constructor(gst: GstBinding, appsink: GstElement, keyFramePad: GstPad, onFirstFrame: () => void = () => undefined) {
    this.#keyFramePad = keyFramePad;
    this.relay = new gst.Relay(appsink, onFirstFrame);
  }

  /** Asks the publisher for a key frame, at most every 300 ms: requests in between are answered by one at the end. */
  requestKeyFrame(): void {
    if (this.#closed || this.#later) return;
    const waitMs = this.#lastRequestMs + KEY_FRAME_INTERVAL_MS - performance.now();
    if (waitMs <= 0) {
      this.#send();
      return;
    }
    this.#later = setTimeout(() => {
      this.#later = undefined;
      this.#send();
    }, waitMs);
  }

  #send(): void {
    this.#lastRequestMs = performance.now();
    this.#keyFramePad.requestKeyFrame();
  }

  /** Asks for nothing from now on. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#later);
  }
}
