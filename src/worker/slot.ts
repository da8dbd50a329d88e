import type { Feed, GstBinding, Transport } from './gst/binding.ts';
import { KeyFrameAllowance } from './key-frame-allowance.ts';
import { PAYLOAD_TYPE, randomSsrc } from './rtp-caps.ts';
import type { VideoStream } from './video-stream.ts';

const SWITCH_RETRY_MS = 400;

/** An outgoing video m-line of an endpoint: it shows one stream at a time and changes on the new stream's key frame. */
export class Slot {
  /** The synchronisation source of its RTP packets. */
  readonly ssrc = randomSsrc();
  readonly #feed: Feed;
  readonly #allowance = new KeyFrameAllowance();
  #stream: VideoStream | null = null;
  #retry: NodeJS.Timeout | undefined;

  /** `rank`: where the path is too narrow for all slots, the lowest go first. */
  constructor(gst: GstBinding, transport: Transport, rank: number) {
    const stream = { ssrc: this.ssrc, payloadType: PAYLOAD_TYPE.video, rank };
    const requestKeyFrame = () => {
      if (this.#allowance.take()) this.#stream?.requestKeyFrame('repair');
    };
    this.#feed = new gst.Feed(transport, stream, requestKeyFrame, requestKeyFrame);
  }

  /** Shows `stream` from its next key frame on, which it is asked for until it comes; null = nothing at once. */
  show(stream: VideoStream | null): void {
    if (stream === this.#stream) return;
    stream?.addViewer();
    this.#stream?.removeViewer();
    this.#stream = stream;
    clearInterval(this.#retry);
    if (!stream) {
      this.#feed.clear();
      return;
    }
    this.#feed.show(stream.relay, () => {
      if (this.#stream === stream) clearInterval(this.#retry);
    });
    stream.requestKeyFrame('switch');
    this.#retry = setInterval(() => {
      stream.requestKeyFrame('switch');
    }, SWITCH_RETRY_MS);
  }

  /** Shows nothing from now on, for good. */
  close(): void {
    this.show(null);
    this.#feed.close();
  }
}
