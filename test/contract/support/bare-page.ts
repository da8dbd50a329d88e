import { EventEmitter, once } from 'node:events';
import { type DataChannel, PeerConnection, type Track } from 'node-datachannel';
import { type Source, withSources } from '../../../bench/load/session-description.ts';
import type { IceCandidate } from '../../../src/protocol/media-ipc/view.ts';
import type { Endpoint, EndpointEvents } from '../../../src/server/media/media-engine.ts';
import { UdpProxy } from './udp-proxy.ts';

const WAIT_MS = 10_000;

interface Events {
  description: [sdp: string];
  connected: [];
  /** A decrypted RTP or RTCP packet. */
  packet: [packet: Buffer];
  /** A whole frame of its picture; whoever puts frames together says so. */
  frame: [frame: Buffer];
  /** A datagram as it came from the server, on the way to the page. */
  datagram: [datagram: Buffer];
  /** A data channel that the server has opened. */
  channel: [channel: DataChannel];
}

const nextOf = <K extends 'connected' | 'candidate'>(events: Endpoint['events'], event: K) =>
  new Promise<EndpointEvents[K]>((resolve) => {
    events.on(event, (...values) => {
      resolve(values);
    });
  });

/** A page that is a WebRTC library and nothing more: a test sees each packet that it gets and sends for it. */
export class BarePage {
  readonly events = new EventEmitter<Events>();
  /** Whether a datagram of the server gets lost on the way. */
  loses: (datagram: Buffer) => boolean = () => false;
  readonly #connection = new PeerConnection('page', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
    forceMediaTransport: true,
  });
  readonly #proxy: UdpProxy;
  readonly #tracks: Track[] = [];
  readonly #channels: DataChannel[] = [];

  private constructor(proxy: UdpProxy) {
    this.#proxy = proxy;
    proxy.onServerDatagram = (datagram) => {
      this.events.emit('datagram', datagram);
      return this.loses(datagram);
    };
    this.#connection.onLocalDescription((sdp) => this.events.emit('description', sdp));
    this.#connection.onStateChange((state) => {
      if (state === 'connected') this.events.emit('connected');
    });
    this.#connection.onDataChannel((channel) => {
      this.#channels.push(channel);
      this.events.emit('channel', channel);
    });
    this.#connection.onTrack((track) => {
      this.#tracks.push(track);
      track.onMessage((packet) => this.events.emit('packet', packet));
    });
  }

  /** Answers the endpoint's first offer, which is returned; resolves when media can flow. `source` = what it will send as video. */
  static async join(endpoint: Endpoint, source?: Source): Promise<{ page: BarePage; offer: string }> {
    const page = new BarePage(await UdpProxy.open());
    const connected = Promise.all([once(page.events, 'connected'), nextOf(endpoint.events, 'connected')]);
    const candidate = nextOf(endpoint.events, 'candidate');
    const { sdp } = await endpoint.createOffer();
    page.#connection.setRemoteDescription(sdp, 'offer');
    page.#meet(await candidate);
    const described = once(page.events, 'description') as Promise<[string]>;
    page.#connection.setLocalDescription('answer');
    const [answer] = await described;
    // The library repeats the other side's sources as its own.
    const own = source && withSources(answer, { video: source });
    await endpoint.acceptAnswer(own ?? answer.replace(/^a=(ssrc|ssrc-group|msid):.*\r?\n/gm, ''));
    await connected;
    return { page, offer: sdp };
  }

  /** Takes a candidate of the server, with the proxy in its place. */
  #meet([{ candidate, sdpMid }]: [IceCandidate]): void {
    const port = / (\d+) typ /.exec(candidate)?.[1] ?? '';
    this.#proxy.serverPort = Number(port);
    const byProxy = candidate.replace(` ${port} typ `, ` ${this.#proxy.port} typ `);
    this.#connection.addRemoteCandidate(byProxy, sdpMid ?? '0');
  }

  /** Sends an RTP packet of its video, or an RTCP packet. */
  send(packet: Buffer): void {
    const track = this.#tracks.find((each) => each.type() === 'video' && each.isOpen());
    if (!track) throw new Error('the page has no video track');
    track.sendMessageBinary(packet);
  }

  /** The data channel that the server has opened. */
  async serverChannel(): Promise<DataChannel> {
    if (this.#channels.length === 0) await once(this.events, 'channel', { signal: AbortSignal.timeout(WAIT_MS) });
    const [channel] = this.#channels;
    if (!channel) throw new Error('there is no channel');
    return channel;
  }

  /** A data channel of the page's own, once it is open. */
  async openChannel(label = 'sctp'): Promise<DataChannel> {
    const channel = this.#connection.createDataChannel(label);
    await new Promise<void>((resolve) => {
      channel.onOpen(resolve);
    });
    return channel;
  }

  /** The next event of which `pick` makes something. */
  async next<T>(event: 'packet' | 'datagram', pick: (bytes: Buffer) => T | undefined): Promise<T> {
    const signal = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const [bytes] = (await once(this.events, event, { signal })) as [Buffer];
      const picked = pick(bytes);
      if (picked !== undefined) return picked;
    }
  }

  /** Hangs up. */
  close(): void {
    this.#connection.close();
    this.#proxy.close();
  }
}
