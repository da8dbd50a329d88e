import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { EndpointFigures } from '../../protocol/media-ipc/figures.ts';
import {
  type IceCandidate,
  type Offer,
  type OfferAccepted,
  type Published,
  SLATE,
  type View,
  type ViewChange,
} from '../../protocol/media-ipc/view.ts';
import type { Endpoint, EndpointEvents } from './media-engine.ts';

/** A box on the page: its msid is never used again; `offered` = the page has been told of it. */
interface Box {
  msid: string;
  offered: boolean;
}

const NO_FIGURES: EndpointFigures = {
  receivedBytes: 0,
  sources: [],
  sentBytes: 0,
  sentPackets: 0,
  reportedPackets: 0,
  lostPackets: 0,
  roundTripMs: null,
  keyFrameRequests: 0,
  slots: 1,
};

/** An endpoint without media: keeps the books of offers, answers and boxes as a real one does, and does what a test tells it. */
export class FakeEndpoint implements Endpoint {
  readonly id: string;
  readonly events = new TypedEmitter<EndpointEvents>();
  /** What the page should see and hear now. */
  view: View = { video: [SLATE], audio: [] };
  /** The page's candidates, as they came. */
  readonly remoteCandidates: IceCandidate[] = [];
  /** The page's last answer. */
  answer: string | null = null;
  /** The page's own offers, as they came. */
  readonly pageOffers: string[] = [];
  /** The ids of the page's own streams that it has said to be over. */
  readonly endedStreams: string[] = [];
  /** What the page has been sent through its data channel, each call apart. */
  readonly texts: (readonly string[])[] = [];
  /** What has gone either way; null until media are up. */
  figures: EndpointFigures | null = null;
  /** What the page's camera sees. */
  jpeg: Buffer | null = null;
  /** Whether the page reads what it is sent. */
  reads = true;
  readonly #boxes: Box[];
  #nextBox = 1;
  #offers = 0;
  #outstanding = false;
  #changedSinceOffer = false;
  #connected = false;
  #hasChannel = false;
  #closed: 'endpoint-closed' | 'media-worker-died' | null = null;

  constructor(id: string) {
    this.id = id;
    this.#boxes = [this.#newBox()];
  }

  /** The msids of the boxes that the page should have. */
  get boxes(): readonly string[] {
    return this.#boxes.map((box) => box.msid);
  }

  /** Whether it has ended. */
  get isClosed(): boolean {
    return this.#closed !== null;
  }

  async setView(view: View): Promise<ViewChange> {
    await this.#turn();
    if (view.maxVideoBitrateBps !== this.view.maxVideoBitrateBps) this.#changedSinceOffer = true;
    this.view = view;
    while (this.#boxes.length < view.video.length) this.#boxes.push(this.#newBox());
    const dropped = this.#boxes.splice(view.video.length);
    const removed = dropped.filter((box) => box.offered).map((box) => box.msid);
    if (removed.length > 0) this.#changedSinceOffer = true;
    const boxes = this.#boxes.flatMap(({ msid }, index) => {
      const shows = view.video[index];
      return shows ? [{ streamId: msid, shows }] : [];
    });
    return { removed, renegotiate: this.#needsOffer(), boxes };
  }

  async createOffer(): Promise<Offer> {
    await this.#turn();
    if (this.#outstanding) throw new WebstreamerError('offer-outstanding');
    const first = this.#offers++ === 0;
    this.#outstanding = true;
    this.#changedSinceOffer = false;
    for (const box of this.#boxes) box.offered = true;
    if (first) this.#gather();
    return {
      sdp: describe(this.#offers, this.boxes),
      renegotiation: !first,
      streams: flagsOf(this.boxes),
    };
  }

  async acceptAnswer(sdp: string): Promise<{ renegotiate: boolean }> {
    await this.#turn();
    if (!this.#outstanding) throw new WebstreamerError('no-offer');
    if (!/^v=0\r?\n/.test(sdp) || !/^m=/m.test(sdp)) throw new WebstreamerError('bad-description');
    this.#outstanding = false;
    this.answer = sdp;
    return { renegotiate: this.#needsOffer() };
  }

  async acceptOffer(sdp: string): Promise<OfferAccepted> {
    await this.#turn();
    if (this.answer === null || !/^v=0\r?\n/.test(sdp) || !/^m=/m.test(sdp))
      throw new WebstreamerError('bad-description');
    this.pageOffers.push(sdp);
    if (this.#outstanding) {
      this.#changedSinceOffer = true;
      return { answer: null, renegotiate: true };
    }
    const shown = this.#boxes.filter(({ offered }) => offered).map(({ msid }) => msid);
    return { answer: { sdp: describe(this.#offers, shown), streams: flagsOf(shown) }, renegotiate: this.#needsOffer() };
  }

  async endStream(streamId: string): Promise<void> {
    await this.#turn();
    this.endedStreams.push(streamId);
  }

  async addCandidate(candidate: IceCandidate): Promise<void> {
    await this.#turn();
    if (!/^candidate:\S+ \d+ (udp|tcp) \d+ \S+ \d+ typ \S+/i.test(candidate.candidate))
      throw new WebstreamerError('bad-candidate');
    this.remoteCandidates.push(candidate);
  }

  async sendTexts(texts: readonly string[]): Promise<boolean> {
    await this.#turn();
    if (!this.#hasChannel || !this.reads) return false;
    this.texts.push(texts);
    return true;
  }

  async picture(): Promise<Buffer> {
    await this.#turn();
    if (this.jpeg === null) throw new WebstreamerError('no-picture');
    return this.jpeg;
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.end('endpoint-closed');
  }

  /** Media flow from now on, if the page has answered. */
  connect(): void {
    if (this.#connected || this.answer === null) return;
    this.#connected = true;
    this.figures = NO_FIGURES;
    this.#emit('connected');
  }

  /** The page begins or ceases to send, if media flow. */
  publish(published: Omit<Published, 'screen'> & Partial<Published>): void {
    if (this.#connected) this.#emit('published', { screen: false, ...published });
  }

  /** A data channel opens, if media flow. */
  openChannel({ replaces = false } = {}): void {
    if (!this.#connected) return;
    this.#hasChannel = true;
    this.#emit('channel', replaces);
  }

  /** The page sends a text through its data channel, if it has one. */
  say(text: string): void {
    if (this.#hasChannel) this.#emit('text', text);
  }

  /** ICE fails. */
  fail(): void {
    this.#emit('failed');
  }

  /** Nothing arrives from the page any more. */
  stall(): void {
    if (this.#connected) this.#emit('stalled');
  }

  /** Packets arrive again. */
  resume(): void {
    if (this.#connected) this.#emit('resumed');
  }

  /** Ends the endpoint for the given cause. */
  end(cause: 'endpoint-closed' | 'media-worker-died'): void {
    if (this.#closed !== null) return;
    this.#emit('closed');
    this.#closed = cause;
    this.events.removeAll();
  }

  #newBox(): Box {
    return { msid: `${this.id}-box-${this.#nextBox++}`, offered: false };
  }

  #needsOffer(): boolean {
    return this.#offers > 0 && (this.#changedSinceOffer || this.#boxes.some((box) => !box.offered));
  }

  #gather(): void {
    this.#emit('candidate', {
      candidate: 'candidate:1 1 udp 2122260223 127.0.0.1 40000 typ host',
      sdpMid: '0',
      sdpMLineIndex: 0,
    });
  }

  /** As across a process border: never in the same turn, and the worker may end in the middle of a call. */
  async #turn(): Promise<void> {
    if (this.isClosed) throw new WebstreamerError('endpoint-closed');
    await Promise.resolve();
    if (this.#closed !== null) throw new WebstreamerError(this.#closed);
  }

  #emit<K extends keyof EndpointEvents>(event: K, ...args: EndpointEvents[K]): void {
    if (this.#closed === null) this.events.emit(event, ...args);
  }
}

function flagsOf(msids: readonly string[]): Offer['streams'] {
  return Object.fromEntries(msids.map((msid) => [msid, { isAudio: false, isVideo: true, isScreen: false }]));
}

function describe(version: number, msids: readonly string[]): string {
  const lines = ['v=0', `o=- 1 ${version} IN IP4 127.0.0.1`, 's=-', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 96'];
  for (const msid of msids) lines.push('m=video 9 UDP/TLS/RTP/SAVPF 97', `a=msid:${msid} video`);
  return `${lines.join('\r\n')}\r\n`;
}
