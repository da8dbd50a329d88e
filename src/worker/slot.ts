import type { Feed, GstBinding, GstElement } from './gst/binding.ts';
import { makeChain, startChain } from './gst/elements.ts';
import type { Scope } from './gst/scope.ts';
import type { Peer } from './peer.ts';
import { PAYLOAD_TYPE, randomSsrc, VP8_CAPS, vp8RtpCaps } from './rtp-caps.ts';
import type { SlatePicture } from './slate.ts';
import type { VideoStream } from './video-stream.ts';

const VIEWER_KEY_FRAME_INTERVAL_MS = 100;
const SWITCH_RETRY_MS = 400;

/** An outgoing video m-line of an endpoint: it shows one stream at a time and changes on the new stream's key frame. */
export class Slot {
  readonly #feed: Feed;
  readonly #elements: GstElement[];
  readonly #slate: SlatePicture;
  #stream: VideoStream | null = null;
  #retry: NodeJS.Timeout | undefined;

  /** Adds the slot's elements to `pipeline` and links them to a new m-line of `peer`; `index` 0 also receives the page's camera. */
  constructor(gst: GstBinding, scope: Scope, pipeline: GstElement, peer: Peer, index: number, slate: SlatePicture) {
    this.#slate = slate;
    const ssrc = randomSsrc();
    const caps = vp8RtpCaps(ssrc);
    const elements = makeChain(gst, scope, pipeline, [
      ['appsrc', { 'is-live': true, format: 'time', caps: VP8_CAPS, 'max-bytes': 0 }],
      ['rtpvp8pay', { pt: PAYLOAD_TYPE.video, ssrc, 'picture-id-mode': '15-bit' }],
    ]);
    const [source, payloader] = elements;
    this.#elements = elements;
    const sink = peer.addOutput(caps, { receives: index === 0, nack: true });
    const output = scope.keep(payloader.staticPad('src'));
    output.linkPad(sink);
    output.takeKeyFrameRequests(() => this.#stream?.requestKeyFrame(), VIEWER_KEY_FRAME_INTERVAL_MS);
    this.#feed = new gst.Feed(source, () => this.#stream?.requestKeyFrame());
  }

  /** Brings the elements to the pipeline's state. */
  start(): void {
    startChain(this.#elements);
  }

  /** Shows `stream` from its next key frame on, which it is asked for until it comes; null = nothing at once. */
  show(stream: VideoStream | null): void {
    if (stream === this.#stream) return;
    if (stream === this.#slate.stream) this.#slate.addViewer();
    if (this.#stream === this.#slate.stream) this.#slate.removeViewer();
    this.#stream = stream;
    clearInterval(this.#retry);
    if (!stream) {
      this.#feed.clear();
      return;
    }
    this.#feed.show(stream.relay, () => {
      if (this.#stream === stream) clearInterval(this.#retry);
    });
    stream.requestKeyFrame();
    this.#retry = setInterval(() => {
      stream.requestKeyFrame();
    }, SWITCH_RETRY_MS);
  }

  /** The page has begun to show this slot: it needs a key frame. */
  refresh(): void {
    this.#stream?.requestKeyFrame();
  }

  /** Shows nothing from now on, for good. */
  close(): void {
    this.show(null);
    this.#feed.close();
  }
}
