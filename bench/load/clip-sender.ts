import { randomInt } from 'node:crypto';
import { type Clip, FRAME_RATE } from './clip.ts';
import { writeRtp } from './rtp.ts';
import { nowUs, stampFrame } from './stamp.ts';
import { cutFrame, isKeyFrame, PICTURE_IDS } from './vp8-payload.ts';

/** RTP packets of the size that browsers send. */
const MAX_PAYLOAD_BYTES = 1188;
const FRAME_MS = 1000 / FRAME_RATE;
/** A camera that is later than this leaves pictures out: what is later still would come as a flood that no camera makes. */
const LATEST_FRAMES = 2;
const VIDEO_CLOCK_HZ = 90_000;

/** How a clip is sent; `source` is the sender's number in the stamps, `send` takes one RTP packet. */
export interface ClipSenderOptions {
  clip: Clip;
  source: number;
  ssrc: number;
  payloadType: number;
  send: (packet: Buffer) => void;
}

/** What a sender has sent since it was asked last. */
export interface Sent {
  frames: number;
  packets: number;
  bytes: number;
  keyFrames: number;
  keyFrameRequests: number;
  /** Frames that were not sent because the bot's own process had been kept from running. */
  skippedFrames: number;
  /** The longest time between two frames, in milliseconds. */
  largestGapMs: number;
}

const nothing = (): Sent => ({
  frames: 0,
  packets: 0,
  bytes: 0,
  keyFrames: 0,
  keyFrameRequests: 0,
  skippedFrames: 0,
  largestGapMs: 0,
});

/** Sends a clip over and over as RTP; when a key frame is asked for, the next frame is the clip's next key frame. */
export class ClipSender {
  readonly #options: ClipSenderOptions;
  readonly #firstTimestamp = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);
  #pictureId = randomInt(PICTURE_IDS);
  #index = 0;
  #number = 0;
  /** The time of the next frame, in frames since the start; ahead of its number by the frames that were left out. */
  #time = 0;
  #timer: NodeJS.Timeout | undefined;
  #sent = nothing();
  #lastFrameUs: number | null = null;

  constructor(options: ClipSenderOptions) {
    this.#options = options;
  }

  /** Begins to send. */
  start(): void {
    const startMs = performance.now() - this.#time * FRAME_MS;
    const sendDue = () => {
      const now = (performance.now() - startMs) / FRAME_MS;
      this.#skip(Math.floor(now - this.#time - LATEST_FRAMES));
      while (this.#time <= now) this.sendFrame();
      this.#timer = setTimeout(sendDue, Math.max(0, startMs + this.#time * FRAME_MS - performance.now()));
    };
    sendDue();
  }

  #skip(frames: number): void {
    if (frames <= 0) return;
    this.#time += frames;
    this.#sent.skippedFrames += frames;
  }

  /** Sends nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The next frame will be a key frame. */
  requestKeyFrame(): void {
    this.#sent.keyFrameRequests++;
    this.#index = this.#options.clip.keyFrameAfter(this.#index - 1);
  }

  /** What was sent since the last call. */
  take(): Sent {
    const sent = this.#sent;
    this.#sent = nothing();
    return sent;
  }

  /** Sends one frame now. */
  sendFrame(): void {
    const { clip, source, ssrc, payloadType, send } = this.#options;
    const frame = clip.frames[this.#index];
    if (!frame) throw new Error(`the clip has no frame ${this.#index}`);
    const sentUs = nowUs();
    const gapMs = this.#lastFrameUs === null ? 0 : (sentUs - this.#lastFrameUs) / 1000;
    this.#sent.largestGapMs = Math.max(this.#sent.largestGapMs, gapMs);
    this.#lastFrameUs = sentUs;
    const stamped = stampFrame(frame, { source, number: this.#number, sentUs });
    const timestamp = (this.#firstTimestamp + (this.#time * VIDEO_CLOCK_HZ) / FRAME_RATE) % 2 ** 32;
    const payloads = cutFrame(stamped, this.#pictureId, MAX_PAYLOAD_BYTES);
    for (const [index, payload] of payloads.entries()) {
      const marker = index === payloads.length - 1;
      const packet = writeRtp({ marker, payloadType, sequence: this.#sequence, timestamp, ssrc, payload });
      this.#sequence = (this.#sequence + 1) % 2 ** 16;
      this.#sent.packets++;
      this.#sent.bytes += packet.length;
      send(packet);
    }
    this.#sent.frames++;
    if (isKeyFrame(frame)) this.#sent.keyFrames++;
    this.#number++;
    this.#time++;
    this.#pictureId = (this.#pictureId + 1) % PICTURE_IDS;
    this.#index = (this.#index + 1) % clip.frames.length;
  }
}
