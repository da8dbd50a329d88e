import { WebstreamerError } from '../protocol/errors.ts';
import type { GstBinding, GstElement, GstObject, IncomingKind, ReceptionFormat, Transport } from './gst/binding.ts';
import type { Scope } from './gst/scope.ts';
import { configureIce, type IceWays } from './ice-ways.ts';

/** What a peer reports. */
export interface PeerHandlers {
  candidate(sdpMLineIndex: number, candidate: string): void;
  /** DTLS is up. May come more than once. */
  connected(): void;
  failed(): void;
  /** A stream of the page begins to arrive. */
  incoming(ssrc: number, kind: IncomingKind): void;
}

/** The face of one webrtcbin: descriptions, candidates, and the way of all media. */
export class Peer {
  readonly webrtcbin: GstElement;
  /** What is sent to the page goes here, and what the page sends comes from here. */
  readonly transport: Transport;
  readonly #scope: Scope;
  readonly #handlers: PeerHandlers;
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
    this.#handlers = handlers;
    this.webrtcbin = scope.keep(gst.createElement('webrtcbin'));
    this.webrtcbin.set('bundle-policy', 'max-bundle');
    configureIce(this.webrtcbin, ice);
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
  }

  /** A new m-line on which the page may send media of the RTP caps. */
  addInput(caps: string, { nack }: { nack: boolean }): void {
    const transceiver = this.#scope.keep(this.webrtcbin.emit('add-transceiver', 'recvonly', caps) as GstObject);
    transceiver.set('do-nack', nack);
  }

  /** Makes an offer and takes it as the local description; from then on the page's media are received, in the format. */
  async createOffer(format: ReceptionFormat): Promise<string> {
    const { offer } = (await this.webrtcbin.emit('create-offer', null)) as { offer: { type: string; sdp: string } };
    await this.webrtcbin.emit('set-local-description', offer);
    this.transport.receive(format, (ssrc, kind) => {
      this.#handlers.incoming(ssrc, kind);
    });
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
  }

  /** Nothing is sent through webrtcbin: its element that would repeat packets of that only costs a thread. */
  #stopRepeater(): void {
    for (const element of this.webrtcbin.byFactory('rtprtxsend'))
      this.#scope
        .keep(element)
        .setState('null')
        .catch(() => undefined);
  }

  /** How long nothing at all has come from the page, in ms since it was connected at most. */
  get idleMs(): number {
    const { idleMs } = this.transport.figures();
    const connectedMs = performance.now() - this.#connectedMs;
    return idleMs < 0 ? connectedMs : Math.min(connectedMs, idleMs);
  }

  /** Sends and receives nothing from now on. */
  close(): void {
    this.transport.close();
  }
}
