import { randomInt } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { PeerConnection, type Track, Video } from 'node-datachannel';
import type { Clip } from './clip.ts';
import { ClipSender } from './clip-sender.ts';
import { asksForKeyFrame, isRtcp, pictureLoss, readRtp, receiverReport } from './rtp.ts';
import { nowUs } from './stamp.ts';
import { type Received, StreamLedger } from './stream-ledger.ts';
import { videoPayloadType, withSource } from './session-description.ts';

const REPORT_INTERVAL_MS = 1000;
const CONNECT_TIMEOUT_MS = 20_000;
const OFFERED_PAYLOAD_TYPE = 96;

/** A description of one side, as it goes to the other. */
export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

/** What a bot's peer needs to know; `source` = the number it stamps its frames with, null when it sends nothing. */
export interface BotPeerOptions {
  name: string;
  clip: Clip;
  source: number | null;
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
  readonly #ssrc = randomInt(1, 2 ** 32);
  readonly #tracks: Track[] = [];
  readonly #ledgers = new Map<number, StreamLedger>();
  #sendTrack: Track | undefined;
  #sender: ClipSender | undefined;
  #soundPackets = 0;
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
    return this.#withSource(description);
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
    return this.#withSource(description as Description);
  }

  #withSource(description: Description): Description {
    if (description.type !== 'answer') return description;
    const { source, name } = this.#options;
    return {
      ...description,
      sdp: withSource(description.sdp, source === null ? null : { ssrc: this.#ssrc, cname: name }),
    };
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
    if (isVideo && track.direction().startsWith('Send')) this.#sendTrack ??= track;
    track.onMessage((packet) => {
      if (isRtcp(packet)) {
        if (asksForKeyFrame(packet)) this.#sender?.requestKeyFrame();
      } else if (isVideo) this.#enter(packet);
      else this.#soundPackets++;
    });
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
    const { clip, source, name } = this.#options;
    if (source === null || this.#sender) return;
    const track = this.#sendTrack;
    const description = this.#connection.localDescription();
    if (!track || !description) throw new Error(`${name} has nothing to send on`);
    this.#sender = new ClipSender({
      clip,
      source,
      ssrc: this.#ssrc,
      payloadType: videoPayloadType(description.sdp),
      send: (packet) => {
        if (track.isOpen()) track.sendMessageBinary(packet);
      },
    });
    this.#sender.start();
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
    const soundPackets = this.#soundPackets;
    this.#soundPackets = 0;
    return {
      sent: this.#sender?.take() ?? null,
      streams: [...this.#ledgers.values()].map((ledger) => ledger.take()),
      soundPackets,
    };
  }

  /** Hangs up. */
  close(): void {
    clearInterval(this.#reports);
    this.#sender?.stop();
    this.#connection.close();
  }
}

/** The books of one peer over some time. */
export interface BotFigures {
  sent: ReturnType<ClipSender['take']> | null;
  streams: Received[];
  soundPackets: number;
}
