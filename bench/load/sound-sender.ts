import { randomInt } from 'node:crypto';
import { writeRtp } from './rtp.ts';
import { PACKET_MS, SAMPLE_RATE_HZ } from './tone.ts';

const SAMPLES_PER_PACKET = (SAMPLE_RATE_HZ * PACKET_MS) / 1000;
/** A microphone that is later than this leaves packets out, as `ClipSender` does with frames. */
const LATEST_PACKETS = 5;

/** How sound is sent; `packets` are of Opus, `send` takes one RTP packet. */
export interface SoundSenderOptions {
  packets: readonly Buffer[];
  ssrc: number;
  payloadType: number;
  send: (packet: Buffer) => void;
}

/** Sends Opus packets over and over as RTP, one every 20 ms. */
export class SoundSender {
  readonly #options: SoundSenderOptions;
  readonly #firstTimestamp = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);
  /** The time of the next packet, in packets since the start. */
  #time = 0;
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

  constructor(options: SoundSenderOptions) {
    if (options.packets.length === 0) throw new Error('there is no sound to send');
    this.#options = options;
  }

  /** Begins to send. */
  start(): void {
    const startMs = performance.now() - this.#time * PACKET_MS;
    const sendDue = () => {
      const now = (performance.now() - startMs) / PACKET_MS;
      this.#time += Math.max(0, Math.floor(now - this.#time - LATEST_PACKETS));
      while (this.#time <= now) this.sendPacket();
      this.#timer = setTimeout(sendDue, Math.max(0, startMs + this.#time * PACKET_MS - performance.now()));
    };
    sendDue();
  }

  /** Sends nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** How many packets were sent since the last call. */
  take(): number {
    const sent = this.#sent;
    this.#sent = 0;
    return sent;
  }

  /** Sends one packet now. */
  sendPacket(): void {
    const { packets, ssrc, payloadType, send } = this.#options;
    const payload = packets[this.#time % packets.length] ?? Buffer.alloc(0);
    const timestamp = (this.#firstTimestamp + this.#time * SAMPLES_PER_PACKET) % 2 ** 32;
    send(writeRtp({ marker: this.#time === 0, payloadType, sequence: this.#sequence, timestamp, ssrc, payload }));
    this.#sequence = (this.#sequence + 1) % 2 ** 16;
    this.#time++;
    this.#sent++;
  }
}
