import type { RtpPacket } from './rtp.ts';

/** What came in on one RTP stream of sound since it was asked last. */
export interface ReceivedSound {
  packets: number;
  bytes: number;
  /** Gaps in the sequence numbers. */
  lostPackets: number;
  /** When something began to be heard after a silence, in microseconds of the machine's clock. */
  beginningsUs: number[];
}

const nothing = (): ReceivedSound => ({ packets: 0, bytes: 0, lostPackets: 0, beginningsUs: [] });
const KEPT_PACKETS = 100;

/** Keeps the books of one RTP stream of Opus, and its latest packets, so that one can hear what they are. */
export class SoundLedger {
  #received = nothing();
  #sequence: number | null = null;
  #latest: Buffer[] = [];

  /** The Opus packets of the last two seconds, if all came. */
  get latest(): readonly Buffer[] {
    return this.#latest;
  }

  /** What came in since the last call. */
  take(): ReceivedSound {
    const received = this.#received;
    this.#received = nothing();
    return received;
  }

  /** Enters a packet that came at a moment of the machine's clock. */
  add({ sequence, payload, marker }: RtpPacket, nowUs: number): void {
    if (marker) this.#received.beginningsUs.push(nowUs);
    this.#received.packets++;
    this.#received.bytes += payload.length;
    const ahead = this.#sequence === null ? 0 : (sequence - this.#sequence - 1 + 2 ** 16) % 2 ** 16;
    const late = ahead >= 2 ** 15;
    if (!late) this.#sequence = sequence;
    this.#received.lostPackets += late ? -1 : ahead;
    this.#latest.push(payload);
    if (this.#latest.length > KEPT_PACKETS) this.#latest.shift();
  }
}
