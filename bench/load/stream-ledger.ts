import type { Clip } from './clip.ts';
import type { RtpPacket } from './rtp.ts';
import { nowUs, readStamp } from './stamp.ts';
import { isKeyFrame, PICTURE_IDS, readPiece } from './vp8-payload.ts';

/** What came in on one RTP stream since it was asked last. */
export interface Received {
  /** The number of the sender whose frames these are; null before the first. */
  source: number | null;
  packets: number;
  bytes: number;
  /** Gaps in the sequence numbers. */
  lostPackets: number;
  /** Whole frames, byte by byte frames of the clip. */
  frames: number;
  keyFrames: number;
  /** Frames of which a piece was missing. */
  brokenFrames: number;
  /** Whole frames that are none of the clip: the server's own picture, or damage. */
  foreignFrames: number;
  /** Frames of the sender that never came whole, by their numbers. */
  missingFrames: number;
  /** Frames behind a gap and before the next key frame: a decoder cannot show them. */
  undecodableFrames: number;
  /** Frames whose picture id did not follow the one before. */
  pictureIdJumps: number;
  /** From sender to receiver, one per frame, in milliseconds. */
  delaysMs: number[];
  /** The longest time between two whole frames, in milliseconds; between the last of them and now, if that is longer. */
  largestGapMs: number;
}

const nothing = (): Received => ({
  source: null,
  packets: 0,
  bytes: 0,
  lostPackets: 0,
  frames: 0,
  keyFrames: 0,
  brokenFrames: 0,
  foreignFrames: 0,
  missingFrames: 0,
  undecodableFrames: 0,
  pictureIdJumps: 0,
  delaysMs: [],
  largestGapMs: 0,
});

/** Keeps the books of one RTP stream of VP8: puts frames together again and compares them with the clip that was sent. */
export class StreamLedger {
  readonly ssrc: number;
  readonly #clip: Clip;
  #received = nothing();
  #sequence: number | null = null;
  #pieces: Buffer[] = [];
  #whole = false;
  #pictureId: number | null = null;
  #lastPictureId: number | null = null;
  #source: number | null = null;
  #number: number | null = null;
  #decodable = false;
  #lastFrameUs: number | null = null;

  constructor(ssrc: number, clip: Clip) {
    this.ssrc = ssrc;
    this.#clip = clip;
  }

  /** The sequence number of the latest packet; 0 before the first. */
  get sequence(): number {
    return this.#sequence ?? 0;
  }

  /** The sender of the latest frame. */
  get source(): number | null {
    return this.#source;
  }

  /** Whether a decoder could show the latest frame. */
  get decodable(): boolean {
    return this.#decodable;
  }

  /** What came in since the last call. */
  take(): Received {
    this.#measureGap(nowUs());
    const received = { ...this.#received, source: this.#source };
    this.#received = nothing();
    return received;
  }

  /** Enters a packet that came at `atUs`. */
  add(packet: RtpPacket, atUs: number): void {
    this.#received.packets++;
    this.#received.bytes += packet.payload.length;
    this.#checkSequence(packet.sequence);
    const piece = readPiece(packet.payload);
    if (!piece) return; // padding: it only counts
    if (piece.start) {
      this.#pieces = [];
      this.#whole = true;
      this.#pictureId = piece.pictureId;
    }
    this.#pieces.push(piece.data);
    if (packet.marker) this.#finishFrame(atUs);
  }

  #checkSequence(sequence: number): void {
    const expected = this.#sequence === null ? sequence : (this.#sequence + 1) % 2 ** 16;
    const ahead = (sequence - expected + 2 ** 16) % 2 ** 16;
    const late = ahead >= 2 ** 15;
    if (!late) this.#sequence = sequence;
    if (ahead === 0) return;
    this.#received.lostPackets += late ? -1 : ahead;
    this.#whole = false;
  }

  #measureGap(atUs: number): void {
    const gapMs = this.#lastFrameUs === null ? 0 : (atUs - this.#lastFrameUs) / 1000;
    this.#received.largestGapMs = Math.max(this.#received.largestGapMs, gapMs);
  }

  #finishFrame(atUs: number): void {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    const whole = this.#whole;
    this.#whole = false;
    if (!whole) {
      this.#received.brokenFrames++;
      this.#decodable = false;
      return;
    }
    const follows = this.#lastPictureId === null || this.#pictureId === (this.#lastPictureId + 1) % PICTURE_IDS;
    if (!follows) this.#received.pictureIdJumps++;
    this.#lastPictureId = this.#pictureId;
    const found = readStamp(bytes);
    if (!found || this.#clip.indexOf(found.frame) === null) {
      this.#received.foreignFrames++;
      return;
    }
    const { source, number, sentUs } = found.stamp;
    this.#checkNumber(source, number);
    this.#received.frames++;
    this.#received.delaysMs.push((atUs - sentUs) / 1000);
    this.#measureGap(atUs);
    this.#lastFrameUs = atUs;
    if (isKeyFrame(found.frame)) {
      this.#received.keyFrames++;
      this.#decodable = true;
    }
    if (!this.#decodable) this.#received.undecodableFrames++;
  }

  #checkNumber(source: number, number: number): void {
    const expected = source === this.#source && this.#number !== null ? this.#number + 1 : null;
    this.#source = source;
    this.#number = number;
    if (number === expected) return;
    if (expected !== null) this.#received.missingFrames += Math.max(0, number - expected);
    this.#decodable = false;
  }
}
