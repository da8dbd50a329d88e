import { once } from 'node:events';
import type { Clip } from '../../../bench/load/clip.ts';
import { BotPeer } from '../../../bench/load/bot-peer.ts';
import { pictureLoss, readRtp } from '../../../bench/load/rtp.ts';
import { isKeyFrame, readPiece } from '../../../bench/load/vp8-payload.ts';
import { type StreamRef, GRID } from '../../../src/protocol/media-ipc/view.ts';
import type { Endpoint, MediaRoom } from '../../../src/server/media/media-engine.ts';
import { BarePage } from './bare-page.ts';
import { Picture } from './picture.ts';

const WAIT_MS = 15_000;
const PAGE_SSRC = 1;
const ASK_AGAIN_MS = 500;

/** Someone who sends a clip. */
export class Sender {
  readonly name: string;
  readonly stream: StreamRef;
  readonly endpoint: Endpoint;
  readonly #peer: BotPeer;

  private constructor(name: string, endpoint: Endpoint, peer: BotPeer) {
    this.name = name;
    this.endpoint = endpoint;
    this.stream = { source: 'endpoint', endpoint: endpoint.id };
    this.#peer = peer;
  }

  /** Comes into the room; resolves when its pictures arrive there. */
  static async join(room: MediaRoom, name: string, clip: Clip): Promise<Sender> {
    const endpoint = await room.createEndpoint();
    const peer = new BotPeer({ name, clip, source: 1 });
    const early: { candidate: string; sdpMid: string | null }[] = [];
    let described = false;
    const meet = ({ candidate, sdpMid }: (typeof early)[number]) => {
      peer.addCandidate(candidate, sdpMid ?? '0');
    };
    endpoint.events.on('candidate', (candidate) => {
      if (described) meet(candidate);
      else early.push(candidate);
    });
    const published = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`nothing comes from ${name}`));
      }, WAIT_MS);
      endpoint.events.on('published', ({ video }) => {
        if (!video) return;
        clearTimeout(late);
        resolve();
      });
    });
    const { sdp } = await endpoint.createOffer();
    const answer = await peer.answer(sdp);
    described = true;
    early.splice(0).forEach(meet);
    await endpoint.acceptAnswer(answer.sdp);
    await published;
    return new Sender(name, endpoint, peer);
  }

  /** Sends nothing any more, and says nothing of it. */
  stall(): void {
    this.#peer.close();
  }

  /** Leaves the room. */
  async leave(): Promise<void> {
    this.#peer.close();
    await this.endpoint.close();
  }
}

/** Someone who sees the room's grid. */
export class Viewer {
  readonly #page: BarePage;
  readonly #endpoint: Endpoint;
  readonly #ssrc: number;
  #pieces: Buffer[] = [];
  /** The latest key frame and what has come since. */
  #frames: Buffer[] = [];
  #times: number[] = [];
  #keepsAll = false;
  #lastFrameMs: number | null = null;
  #largestGapMs = 0;
  #bytes = 0;

  private constructor(page: BarePage, endpoint: Endpoint, ssrc: number) {
    this.#page = page;
    this.#endpoint = endpoint;
    this.#ssrc = ssrc;
    page.events.on('packet', (bytes) => {
      this.#take(bytes);
    });
  }

  /** Comes into the room. */
  static async join(room: MediaRoom): Promise<Viewer> {
    const endpoint = await room.createEndpoint();
    await endpoint.setView({ video: [GRID], audio: [] });
    const { page, offer } = await BarePage.join(endpoint);
    return new Viewer(page, endpoint, Number(/m=video[^]*?a=ssrc:(\d+)/.exec(offer)?.[1]));
  }

  #take(bytes: Buffer): void {
    const packet = readRtp(bytes);
    const piece = packet?.ssrc === this.#ssrc ? readPiece(packet.payload) : null;
    if (!packet || !piece) return;
    if (piece.start) this.#pieces = [];
    this.#pieces.push(piece.data);
    this.#bytes += bytes.length;
    if (!packet.marker) return;
    const frame = Buffer.concat(this.#pieces);
    const now = performance.now();
    if (isKeyFrame(frame) && !this.#keepsAll) [this.#frames, this.#times] = [[], []];
    this.#frames.push(frame);
    this.#times.push(now);
    if (this.#lastFrameMs !== null) this.#largestGapMs = Math.max(this.#largestGapMs, now - this.#lastFrameMs);
    this.#lastFrameMs = now;
    this.#page.events.emit('frame', frame);
  }

  /** What is to be seen now: `frames` of the stream from a new key frame on, the more the sharper. */
  async picture(frames = 3): Promise<Picture> {
    const ask = () => {
      this.#page.send(pictureLoss(PAGE_SSRC, this.#ssrc));
    };
    ask();
    const again = setInterval(ask, ASK_AGAIN_MS); // who asks often is not always heard
    const signal = AbortSignal.timeout(WAIT_MS);
    let frame: Buffer;
    do [frame] = (await once(this.#page.events, 'frame', { signal })) as [Buffer];
    while (!isKeyFrame(frame));
    clearInterval(again);
    while (this.#frames.length < frames) await once(this.#page.events, 'frame', { signal });
    return Picture.decode([...this.#frames]);
  }

  /** Films what is to be seen while `meanwhile` goes on: small pictures, and when each came, in milliseconds of any clock. */
  async film(
    width: number,
    height: number,
    meanwhile: () => Promise<void>,
  ): Promise<{ picture: Picture; atMs: number }[]> {
    await this.picture(1);
    this.#keepsAll = true;
    await meanwhile();
    this.#keepsAll = false;
    const [frames, times] = [[...this.#frames], [...this.#times]];
    const pictures = await Picture.film(frames, width, height);
    if (pictures.length !== frames.length) throw new Error(`${frames.length} frames make ${pictures.length} pictures`);
    return pictures.map((picture, index) => ({ picture, atMs: times[index] ?? 0 }));
  }

  /** What has come since it was asked last: the longest time between two frames, in milliseconds, and bytes. */
  take(): { largestGapMs: number; bytes: number } {
    const now = performance.now();
    const largestGapMs = Math.max(this.#largestGapMs, now - (this.#lastFrameMs ?? now));
    const taken = { largestGapMs, bytes: this.#bytes };
    this.#largestGapMs = 0;
    this.#bytes = 0;
    return taken;
  }

  /** Resolves when this many more frames have come. */
  async frames(count: number): Promise<void> {
    const signal = AbortSignal.timeout(WAIT_MS);
    for (let index = 0; index < count; index++) await once(this.#page.events, 'frame', { signal });
  }

  /** Leaves the room. */
  async leave(): Promise<void> {
    this.#page.close();
    await this.#endpoint.close();
  }
}
