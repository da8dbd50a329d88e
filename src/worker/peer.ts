import { WebstreamerError } from '../protocol/errors.ts';
import type { BufferCounter, GstBinding, GstElement, GstObject, GstPad, Transport } from './gst/binding.ts';
import type { Scope } from './gst/scope.ts';
import { configureIce, type IceWays } from './ice-ways.ts';

// Re-ordered and re-sent packets are waited for this long; with less, late packets of a busy machine count as lost.
const JITTER_BUFFER_MS = 200;
const MAX_INCOMING_STREAMS = 16;
const RTCP_INTERVAL_NS = 100_000_000;

/** What a peer reports. */
export interface PeerHandlers {
  candidate(sdpMLineIndex: number, candidate: string): void;
  /** DTLS is up. May come more than once. */
  connected(): void;
  failed(): void;
  /** A source of the page begins to be received; whether packets that get lost of it should be asked for again. */
  wantsRepair(ssrc: number): boolean;
  /** Media of the page: the pad holds its data back until `unblock()`. */
  incoming(pad: GstPad): void;
}

/** The face of one webrtcbin: descriptions, candidates, what comes in, and the way out. */
export class Peer {
  readonly webrtcbin: GstElement;
  /** What is sent to the page goes here. */
  readonly transport: Transport;
  readonly #scope: Scope;
  #incoming: BufferCounter[] = [];
  #connectedMs = Infinity;

  /** Makes the webrtcbin in `pipeline`; ICE looks for its ways as `ice` says; `cname` is the one in our RTCP. */
  constructor(
    gst: GstBinding,
    scope: Scope,
    pipeline: GstElement,
    ice: IceWays,
    cname: string,
    handlers: PeerHandlers,
  ) {
    this.#scope = scope;
    this.webrtcbin = scope.keep(gst.createElement('webrtcbin'));
    this.webrtcbin.set('bundle-policy', 'max-bundle').set('latency', JITTER_BUFFER_MS);
    configureIce(this.webrtcbin, ice);
    this.#withRtpbin((rtpbin) => {
      // A page sends three: sound, picture, and the picture's repeats. Each SSRC costs a thread.
      rtpbin.set('max-streams', MAX_INCOMING_STREAMS);
      // By default the CNAME, which every page gets to see, is this machine's user and host name.
      rtpbin.set('sdes', `application/x-rtp-source-sdes,cname=(string)${cname}`);
      // webrtcbin does so only for the sources of the first answer, the one that it has seen.
      this.#scope.on(rtpbin, 'new-jitterbuffer', (buffer: GstObject, _: number, ssrc: number) => {
        if (handlers.wantsRepair(ssrc)) buffer.set('do-retransmission', true);
        buffer.release();
      });
    });
    this.#connectHandlers(handlers);
    pipeline.add(this.webrtcbin);
    this.transport = new gst.Transport(this.webrtcbin, cname);
  }

  #connectHandlers(handlers: PeerHandlers): void {
    const { webrtcbin } = this;
    const on = this.#scope.on.bind(this.#scope, webrtcbin);
    on('on-ice-candidate', (line: number, candidate: string) => {
      if (candidate !== '') handlers.candidate(line, candidate);
    });
    on('notify::connection-state', () => {
      const state = webrtcbin.get('connection-state');
      if (state === 'connected') handlers.connected();
      if (state === 'failed') handlers.failed();
    });
    on('notify::ice-connection-state', () => {
      if (webrtcbin.get('ice-connection-state') === 'failed') handlers.failed();
    });
    const onPad = (pad: GstPad) => {
      // Pads that were requested are announced too.
      if (this.#scope.keep(pad).direction() === 'src') handlers.incoming(pad);
    };
    on('pad-added', onPad, { blockNewPads: true });
  }

  #withRtpbin(use: (rtpbin: GstElement) => void): void {
    const rtpbin = this.webrtcbin.byName('rtpbin');
    if (!rtpbin) throw new Error('webrtcbin has no rtpbin');
    use(this.#scope.keep(rtpbin));
  }

  /** A new m-line on which the page may send media of the RTP caps. */
  addInput(caps: string, { nack }: { nack: boolean }): void {
    const transceiver = this.#scope.keep(this.webrtcbin.emit('add-transceiver', 'recvonly', caps) as GstObject);
    transceiver.set('do-nack', nack);
  }

  /** Makes an offer and takes it as the local description. */
  async createOffer(): Promise<string> {
    const { offer } = (await this.webrtcbin.emit('create-offer', null)) as { offer: { type: string; sdp: string } };
    await this.webrtcbin.emit('set-local-description', offer);
    return offer.sdp;
  }

  /** Takes the page's answer; rejects with `bad-description`. */
  async acceptAnswer(sdp: string): Promise<void> {
    try {
      await this.webrtcbin.emit('set-remote-description', { type: 'answer', sdp });
    } catch (error) {
      const problem = (error as Error).message;
      throw new WebstreamerError('bad-description', `webrtcbin refuses the answer: ${problem}`, { cause: error });
    }
  }

  /** Takes a candidate of the page. */
  addCandidate(sdpMLineIndex: number, candidate: string): void {
    this.webrtcbin.emit('add-ice-candidate', sdpMLineIndex, candidate);
  }

  /** To be called once, when connected: media can be sent then. Throws when DTLS gives no keys for them. */
  onConnected(): void {
    this.transport.open();
    this.#stopRepeater();
    this.#connectedMs = performance.now();
    this.#incoming = this.webrtcbin
      .byFactory('nicesrc')
      .map((source) => this.#scope.keep(this.#scope.keep(source).staticPad('src')).countBuffers());
  }

  /** Nothing is sent through webrtcbin: its element that would repeat packets of that only costs a thread. */
  #stopRepeater(): void {
    for (const element of this.webrtcbin.byFactory('rtprtxsend'))
      this.#scope
        .keep(element)
        .setState('null')
        .catch(() => undefined);
  }

  /**
   * To be called when the page sends video: makes RTCP frequent. After one early packet the next must wait for a regular one (RFC
   * 4585, section 3.5.2), and those are five seconds apart by default: a key-frame request could take as long.
   */
  onVideo(): void {
    this.#withRtpbin((rtpbin) => {
      const session = rtpbin.emit('get-internal-session', 0) as GstObject | null;
      session?.set('rtcp-min-interval', RTCP_INTERVAL_NS).release();
    });
  }

  /** How long nothing at all has come from the page, in ms since it was connected at most. */
  get idleMs(): number {
    const times = this.#incoming.map((counter) => counter.read().idleMs).filter((idleMs) => idleMs >= 0);
    return Math.min(performance.now() - this.#connectedMs, ...times);
  }

  /** All that has come from the page since it was connected. */
  get receivedBytes(): number {
    return this.#incoming.reduce((sum, counter) => sum + counter.read().bytes, 0);
  }

  /** Sends nothing from now on. */
  close(): void {
    this.transport.close();
  }
}
