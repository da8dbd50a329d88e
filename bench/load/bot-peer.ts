import { randomInt } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { PeerConnection, type Track, Video } from 'node-datachannel';
import type { Clip } from './clip.ts';
import { ClipSender } from './clip-sender.ts';
import { asksForKeyFrame, isRtcp, pictureLoss, readRtp, receiverReport } from './rtp.ts';
import { nowUs } from './stamp.ts';
import { type Kind, payloadTypeOf, withSources } from './session-description.ts';
import { type ReceivedSound, SoundLedger } from './sound-ledger.ts';
import { SoundSender, type SoundSenderOptions } from './sound-sender.ts';
import { type Received, StreamLedger } from './stream-ledger.ts';

const REPORT_INTERVAL_MS = 1000;
const CONNECT_TIMEOUT_MS = 20_000;
const OFFERED_PAYLOAD_TYPE = 96;

/** A description of one side, as it goes to the other. */
export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

/** What a bot's peer needs to know; `source` = the number it stamps its frames with, null when it sends no video. */
export interface BotPeerOptions {
  name: string;
  clip: Clip;
  source: number | null;
  /** The Opus packets that it sends as its sound; none when it has no microphone. */
  voice?: readonly Buffer[];
  /** What else is to be known of its sound. */
  microphone?: Pick<SoundSenderOptions, 'pulseAt' | 'driftPpm'>;
  /** The address of this machine to use; 127.0.0.1 by default. */
  address?: string;
  candidate?: (candidate: string, mid: string) => void;
}

/** The WebRTC side of a bot: sends a clip and keeps the books of every video stream that comes in. */
export class BotPeer {
  /** Resolves when DTLS is up. */
  readonly connected: Promise<void>;
  readonly #options: BotPeerOptions;
  readonly #connection: PeerConnection;
  readonly #events = new EventEmitter();
  readonly #ssrc = randomInt(1, 2 ** 31);
  readonly #soundSsrc = randomInt(2 ** 31, 2 ** 32);
  readonly #tracks: Track[] = [];
  readonly #ledgers = new Map<number, StreamLedger>();
  readonly #sounds = new Map<number, SoundLedger>();
  #videoTrack: Track | undefined;
  #soundTrack: Track | undefined;
  #sender: ClipSender | undefined;
  #soundSender: SoundSender | undefined;
  #reports: NodeJS.Timeout | undefined;

  constructor(options: BotPeerOptions) {
    this.#options = options;
    this.#connection = new PeerConnection(options.name, {
      iceServers: [],
      bindAddress: options.address ?? '127.0.0.1',
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
    this.connected = this.#listen();
    this.connected.catch(() => undefined);
  }

  #listen(): Promise<void> {
    const connection = this.#connection;
    connection.onLocalDescription((sdp, type) => this.#events.emit('description', { sdp, type }));
    connection.onLocalCandidate((candidate, mid) => {
      this.#options.candidate?.(candidate, mid);
    });
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') this.#events.emit('gathered');
    });
    connection.onTrack((track) => {
      this.#take(track);
    });
    const connected = once(this.#events, 'connected', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    connection.onStateChange((state) => {
      if (state === 'connected') this.#onConnected();
    });
    return connected.then(() => undefined);
  }

  /** Answers an offer. The first video m-line that may be sent on carries the clip. */
  async answer(offer: string): Promise<Description> {
    this.#connection.setRemoteDescription(offer, 'offer');
    const described = once(this.#events, 'description');
    this.#connection.setLocalDescription('answer');
    const [description] = (await described) as [Description];
    return this.#withSources(description);
  }

  /** Offers to send the clip. */
  async offer(): Promise<Description> {
    const video = new Video('0', 'SendOnly');
    video.addVP8Codec(OFFERED_PAYLOAD_TYPE);
    video.addSSRC(this.#ssrc, this.#options.name, this.#options.name, 'video');
    this.#take(this.#connection.addTrack(video));
    const gathered = once(this.#events, 'gathered');
    this.#connection.setLocalDescription('offer');
    await gathered;
    return this.gathered();
  }

  /** The local description with its candidates, once there are no more to come. */
  async gathered(): Promise<Description> {
    if (this.#connection.gatheringState() !== 'complete') await once(this.#events, 'gathered');
    const description = this.#connection.localDescription();
    if (!description) throw new Error(`${this.#options.name} has no local description`);
    return this.#withSources(description as Description);
  }

  #withSources(description: Description): Description {
    if (description.type !== 'answer') return description;
    const { source, voice, name } = this.#options;
    const sources = {
      ...(source !== null && { video: { ssrc: this.#ssrc, cname: name } }),
      ...(voice && { audio: { ssrc: this.#soundSsrc, cname: name } }),
    };
    return { ...description, sdp: withSources(description.sdp, sources) };
  }

  /** Takes the other side's answer. */
  accept(answer: string): void {
    this.#connection.setRemoteDescription(answer, 'answer');
  }

  /** Takes a candidate of the other side; those of other transports than UDP and IPv4 cannot be used. */
  addCandidate(candidate: string, mid: string): void {
    if (candidate !== '') this.#connection.addRemoteCandidate(candidate, mid);
  }

  #take(track: Track): void {
    this.#tracks.push(track);
    const isVideo = track.type() === 'video';
    if (track.direction().startsWith('Send')) {
      if (isVideo) this.#videoTrack ??= track;
      else this.#soundTrack ??= track;
    }
    track.onMessage((packet) => {
      if (isRtcp(packet)) {
        if (asksForKeyFrame(packet)) this.#sender?.requestKeyFrame();
      } else if (isVideo) this.#enter(packet);
      else this.#enterSound(packet);
    });
  }

  #enterSound(bytes: Buffer): void {
    const packet = readRtp(bytes);
    if (!packet) return;
    let ledger = this.#sounds.get(packet.ssrc);
    if (!ledger) this.#sounds.set(packet.ssrc, (ledger = new SoundLedger()));
    ledger.add(packet, nowUs());
  }

  #enter(bytes: Buffer): void {
    const packet = readRtp(bytes);
    if (!packet) return;
    let ledger = this.#ledgers.get(packet.ssrc);
    if (!ledger) this.#ledgers.set(packet.ssrc, (ledger = new StreamLedger(packet.ssrc, this.#options.clip)));
    ledger.add(packet, nowUs());
    this.#events.emit('packet', ledger);
  }

  #onConnected(): void {
    this.#reports = setInterval(() => {
      this.#report();
    }, REPORT_INTERVAL_MS);
    this.#startSending();
    this.#events.emit('connected');
  }

  #startSending(): void {
    const { clip, source, voice, microphone } = this.#options;
    if (source !== null && !this.#sender) {
      const way = this.#wayOut('video', this.#videoTrack);
      this.#sender = new ClipSender({ clip, source, ssrc: this.#ssrc, ...way });
      this.#sender.start();
    }
    if (voice && !this.#soundSender) {
      const way = this.#wayOut('audio', this.#soundTrack);
      this.#soundSender = new SoundSender({ packets: voice, ...microphone, ssrc: this.#soundSsrc, ...way });
      this.#soundSender.start();
    }
  }

  #wayOut(kind: Kind, track: Track | undefined): Pick<SoundSenderOptions, 'payloadType' | 'send'> {
    const description = this.#connection.localDescription();
    if (!track || !description) throw new Error(`${this.#options.name} has nothing to send its ${kind} on`);
    return {
      payloadType: payloadTypeOf(kind, description.sdp),
      send: (packet) => {
        if (track.isOpen()) track.sendMessageBinary(packet);
      },
    };
  }

  #report(): void {
    const [track] = this.#tracks;
    if (!track?.isOpen()) return;
    for (const { ssrc, sequence, decodable } of this.#ledgers.values()) {
      track.sendMessageBinary(receiverReport(this.#ssrc, ssrc, sequence));
      if (!decodable) track.sendMessageBinary(pictureLoss(this.#ssrc, ssrc));
    }
  }

  /** Resolves when frames of each of the senders can be shown; rejects with what is missing when it takes too long. */
  async sees(sources: readonly number[], timeoutMs: number): Promise<void> {
    const missing = () => {
      const shown = [...this.#ledgers.values()].filter(({ decodable }) => decodable);
      const seen = new Set(shown.map(({ source }) => source));
      return sources.filter((source) => !seen.has(source));
    };
    const signal = AbortSignal.timeout(timeoutMs);
    while (missing().length > 0) {
      await once(this.#events, 'packet', { signal }).catch((cause: unknown) => {
        const problem = `${this.#options.name} sees nothing of ${missing().join(', ')} after ${timeoutMs} ms`;
        throw new Error(problem, { cause });
      });
    }
  }

  /** What was sent and what came in since the last call. */
  take(): BotFigures {
    return {
      sent: this.#sender?.take() ?? null,
      sentSoundPackets: this.#soundSender?.take() ?? 0,
      sentPulsesUs: this.#soundSender?.takePulses() ?? [],
      streams: [...this.#ledgers.values()].map((ledger) => ledger.take()),
      sounds: [...this.#sounds.values()].map((ledger) => ledger.take()),
    };
  }

  /** The latest Opus packets of the one stream of sound that comes in; throws when there is none, or another one too. */
  hear(): readonly Buffer[] {
    const [sound, ...others] = this.#sounds.values();
    if (!sound || others.length > 0) throw new Error(`${this.#options.name} has ${this.#sounds.size} streams of sound`);
    return sound.latest;
  }

  /** Hangs up. */
  close(): void {
    clearInterval(this.#reports);
    this.#sender?.stop();
    this.#soundSender?.stop();
    this.#connection.close();
  }
}

/** The books of one peer over some time. */
export interface BotFigures {
  sent: ReturnType<ClipSender['take']> | null;
  sentSoundPackets: number;
  /** When the bot sent pulses. */
  sentPulsesUs: number[];
  streams: Received[];
  sounds: ReceivedSound[];
}
