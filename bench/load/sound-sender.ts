import { randomInt } from 'node:crypto';
import { writeRtp } from './rtp.ts';
import { nowUs } from './stamp.ts';
import { PACKET_MS, SAMPLE_RATE_HZ } from './tone.ts';

const SAMPLES_PER_PACKET = (SAMPLE_RATE_HZ * PACKET_MS) / 1000;
/** A microphone that is later than this leaves packets out, as `ClipSender` does with frames. */
const LATEST_PACKETS = 5;

/** How sound is sent; `packets` are of Opus, `send` takes one RTP packet. */
export interface SoundSenderOptions {
  packets: readonly Buffer[];
  /** Which of the packets begins something that is to be heard; none by default. */
  pulseAt?: number | undefined;
  /** How much too fast the clock of the microphone runs, in millionths. */
  driftPpm?: number | undefined;
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
  #pulsesUs: number[] = [];

  constructor(options: SoundSenderOptions) {
    if (options.packets.length === 0) throw new Error('there is no sound to send');
    this.#options = options;
  }

  /** Begins to send. */
  start(): void {
    const packetMs = PACKET_MS / (1 + (this.#options.driftPpm ?? 0) / 1e6);
    const startMs = performance.now() - this.#time * packetMs;
    const sendDue = () => {
      const now = (performance.now() - startMs) / packetMs;
      this.#time += Math.max(0, Math.floor(now - this.#time - LATEST_PACKETS));
      while (this.#time <= now) this.sendPacket();
      this.#timer = setTimeout(sendDue, Math.max(0, startMs + this.#time * packetMs - performance.now()));
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

  /** When pulses were sent since the last call, in microseconds of the machine's clock. */
  takePulses(): number[] {
    return this.#pulsesUs.splice(0);
  }

  /** Sends one packet now. */
  sendPacket(): void {
    const { packets, pulseAt, ssrc, payloadType, send } = this.#options;
    const index = this.#time % packets.length;
    const payload = packets[index] ?? Buffer.alloc(0);
    if (index === pulseAt) this.#pulsesUs.push(nowUs());
    const timestamp = (this.#firstTimestamp + this.#time * SAMPLES_PER_PACKET) % 2 ** 32;
    send(writeRtp({ marker: this.#time === 0, payloadType, sequence: this.#sequence, timestamp, ssrc, payload }));
    this.#sequence = (this.#sequence + 1) % 2 ** 16;
    this.#time++;
    this.#sent++;
  }
}
