import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { SerialQueue } from '../common/serial-queue.ts';
import { WebstreamerError } from '../protocol/errors.ts';
import type { EndpointFigures } from '../protocol/media-ipc/figures.ts';
import type { EndpointEvent } from '../protocol/media-ipc/messages.ts';
import type {
  IceCandidate,
  Offer,
  OfferAccepted,
  Published,
  StreamRef,
  View,
  ViewChange,
} from '../protocol/media-ipc/view.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import { CandidateWatch } from './candidate-watch.ts';
import { DataChannels } from './data-channels.ts';
import { endpointFigures } from './endpoint-figures.ts';
import type { GstElement, IncomingKind, Mixer } from './gst/binding.ts';
import { Scope } from './gst/scope.ts';
import { Negotiation } from './negotiation.ts';
import { dataOf, toWebrtcbin } from './page-answer.ts';
import { PageCandidates } from './page-candidates.ts';
import { mediaIds, withDataLine } from './page-description.ts';
import { Peer } from './peer.ts';
import type { PictureLimit } from './picture-limit.ts';
import { OPUS_RTP_CAPS, PAYLOAD_TYPE, randomSsrc, TRANSPORT_CC_ID } from './rtp-caps.ts';
import type { SlatePicture } from './slate.ts';
import { Slot } from './slot.ts';
import { receiveVideo } from './uplink.ts';
import { isSame, NO_UPLOADS, type Uploads, Uplinks } from './uplinks.ts';
import { VIDEO_FORMATS } from './video-formats.ts';
import type { VideoStream } from './video-stream.ts';
import type { WorkerContext } from './worker-context.ts';

/** What an endpoint needs of its room. */
export interface EndpointRoom {
  /** What its pages send and get. */
  readonly codec: VideoCodec;
  /** The slate in this codec. */
  readonly slate: SlatePicture;
  readonly mixer: Mixer;
  /** What a reference stands for, or null when there is nothing such. */
  videoOf(ref: StreamRef): VideoStream | null;
  /** States what an output of the mixer hears. */
  hear(mixerOutput: number, streams: readonly StreamRef[]): void;
  /** A small JPEG of what the camera of an endpoint sees. */
  picture(endpoint: Endpoint): Promise<Buffer>;
  /** Something is published, or not any longer: every endpoint points its slots anew. */
  refresh(): void;
  /** The endpoint has ended. */
  forget(endpoint: Endpoint): void;
}

/** The GStreamer side of one connection: a pipeline of its own around one webrtcbin. */
export class Endpoint {
  readonly id: string;
  readonly #context: WorkerContext;
  readonly #room: EndpointRoom;
  readonly #scope = new Scope();
  readonly #mailbox = new SerialQueue();
  readonly #pipeline: GstElement;
  readonly #peer: Peer;
  readonly #channels: DataChannels;
  readonly #soundSsrc = randomSsrc();
  readonly #slots: Slot[] = [];
  readonly #negotiation: Negotiation;
  readonly #started: Promise<void>;
  readonly #candidates = new PageCandidates((candidate) => {
    this.#useCandidate(candidate);
  });
  readonly #candidateWatch = new CandidateWatch(() => {
    this.#noCandidates();
  });
  readonly #uplinks: Uplinks;
  #uploads: Uploads = NO_UPLOADS;
  #published: Published = { audio: false, video: false, screen: false };
  readonly #limits: PictureLimit[] = [];
  #mixerOutput: number | null = null;
  #view: View = { video: [{ source: 'slate' }], audio: [] };
  #connected = false;
  #stalled = false;
  #failed = false;
  #closing: Promise<void> | null = null;

  constructor(id: string, room: EndpointRoom, context: WorkerContext) {
    this.id = id;
    this.#room = room;
    this.#context = context;
    const cname = randomUUID();
    this.#uplinks = new Uplinks((input) => {
      room.mixer.remove(input);
    });
    this.#negotiation = new Negotiation({
      cname,
      soundSsrc: this.#soundSsrc,
      maxVideoBitrateBps: context.options.maxVideoBitrateBps,
    });
    this.#pipeline = this.#scope.keep(context.gst.createPipeline(`endpoint-${id}`));
    this.#pipeline.onMessage((message) => {
      const problem = { source: message.source, problem: message.gerror?.message, debug: message.debug };
      context.log(
        message.type === 'error' ? 'error' : 'debug',
        { endpoint: id, ...problem },
        'GStreamer reports a problem',
      );
      if (message.type === 'error') this.#fail();
    });
    this.#peer = this.#makePeer(cname);
    this.#channels = this.#makeChannels();
    this.#addSlot();
    this.#negotiation.setStreams(this.#view.video);
    this.#started = this.#pipeline.setState('playing');
    this.#started.catch(() => undefined);
  }

  #makePeer(cname: string): Peer {
    const { gst, addresses, options } = this.#context;
    const ice = { addresses, settings: options.ice };
    const peer = new Peer(gst, this.#scope, this.#pipeline, ice, cname, {
      candidate: (line, candidate) => {
        this.#localCandidate(line, candidate);
      },
      connected: () => {
        this.#orFail(() => {
          this.#onConnected();
        });
      },
      failed: () => {
        this.#fail();
      },
      incoming: (ssrc, kind) => {
        this.#orFail(() => {
          this.#receive(ssrc, kind);
        });
      },
    });
    peer.addInput(OPUS_RTP_CAPS, { nack: false });
    peer.addInput(VIDEO_FORMATS[this.#room.codec].rtpCaps, { nack: true });
    return peer;
  }

  #makeChannels(): DataChannels {
    return new DataChannels({
      opened: (replaces) => {
        this.#report({ type: 'channel', replaces });
      },
      text: (text) => {
        this.#report({ type: 'text', text });
      },
      tooMany: () => {
        this.#fail();
      },
    });
  }

  #addSlot(): void {
    this.#slots.push(new Slot(this.#context.gst, this.#peer.transport, this.#slots.length));
  }

  // ---- what the server asks

  /** States what the page should see and hear. */
  setView(view: View): ViewChange {
    this.#assertOpen();
    this.#view = view;
    this.#negotiation.limitVideo(view.maxVideoBitrateBps ?? null);
    const change = this.#negotiation.setStreams(view.video);
    this.refresh();
    return change;
  }

  /** Points the slots and the mixer at what the view names; streams that do not exist show the slate in `main`, nothing elsewhere. */
  refresh(): void {
    if (!this.#connected || this.#closing) return;
    for (const [index, slot] of this.#slots.entries())
      slot.show(this.#streamOf(this.#negotiation.shown[index] ?? null, index));
    if (this.#mixerOutput !== null) this.#room.hear(this.#mixerOutput, this.#view.audio);
  }

  #streamOf(ref: StreamRef | null, slotIndex: number): VideoStream | null {
    const stream = ref && this.#room.videoOf(ref);
    return stream ?? (slotIndex === 0 ? this.#room.slate.stream : null);
  }

  /** Whether the view's sound contains the slate's tone. */
  get hearsSlate(): boolean {
    return this.#connected && !this.#closing && this.#view.audio.some((ref) => ref.source === 'slate');
  }

  /** The next offer for the page. */
  createOffer(): Promise<Offer> {
    return this.#mailbox.run(async () => {
      this.#assertOpen();
      await this.#started;
      while (this.#slots.length < this.#negotiation.slotsNeeded) this.#addSlot();
      const ssrcs = this.#slots.map(({ ssrc }) => ssrc);
      return await this.#negotiation.offer(ssrcs, () => this.#firstOffer());
    });
  }

  async #firstOffer(): Promise<string> {
    this.#candidateWatch.start();
    const offer = await this.#peer.createOffer({
      codec: this.#room.codec,
      videoType: PAYLOAD_TYPE.video,
      soundType: PAYLOAD_TYPE.audio,
      transportId: TRANSPORT_CC_ID,
      repairType: PAYLOAD_TYPE.repair,
    });
    this.#channels.attach(this.#context.gst, this.#peer.webrtcbin);
    return withDataLine(offer);
  }

  /** Sends all texts through the page's data channel, or none. Returns whether they are sent. */
  sendTexts(texts: readonly string[]): boolean {
    this.#assertOpen();
    return this.#channels.send(texts);
  }

  /** Takes the page's answer to the outstanding offer. */
  acceptAnswer(sdp: string): Promise<{ renegotiate: boolean }> {
    return this.#mailbox.run(async () => {
      this.#assertOpen();
      await this.#negotiation.answer(sdp, (answer) => {
        this.#channels.answered(dataOf(answer));
        return this.#peer.acceptAnswer(toWebrtcbin(answer, this.#negotiation.serverOffer ?? ''));
      });
      this.#assertOpen();
      this.#candidates.release();
      this.#described();
      this.refresh();
      return { renegotiate: this.#negotiation.needed };
    });
  }

  /** Takes an offer of the page, in the middle of a call. */
  acceptOffer(sdp: string): Promise<OfferAccepted> {
    return this.#mailbox.run(() => {
      this.#assertOpen();
      const ssrcs = this.#slots.map(({ ssrc }) => ssrc);
      const answer = this.#negotiation.acceptOffer(sdp, ssrcs);
      this.#described();
      return { answer, renegotiate: this.#negotiation.needed };
    });
  }

  /** The page has described what it sends. */
  #described(): void {
    const { sent } = this.#negotiation;
    this.#peer.transport.setRepairs(sent.flatMap(({ repair }) => repair ?? []));
    this.#uplinks.describe(sent);
    this.#uploadsChanged();
  }

  /** The page says that a stream of its own is over, by the stream's id. */
  endStream(streamId: string): void {
    this.#assertOpen();
    this.#uplinks.end(streamId);
    this.#uploadsChanged();
  }

  /** Takes a candidate of the page; keeps it until the first answer. */
  addCandidate(candidate: IceCandidate): void {
    this.#assertOpen();
    this.#candidates.add(candidate);
  }

  #useCandidate({ candidate, sdpMid, sdpMLineIndex }: IceCandidate): void {
    const mids = mediaIds(this.#negotiation.serverOffer ?? '');
    const index = sdpMLineIndex ?? mids.indexOf(sdpMid ?? '');
    // All m-lines share one transport, also that of the data channels, which webrtcbin does not have.
    if (index in mids) this.#peer.addCandidate(0, candidate);
  }

  // ---- what webrtcbin reports

  #localCandidate(sdpMLineIndex: number, candidate: string): void {
    if (this.#closing) return;
    this.#candidateWatch.stop();
    const sdpMid = mediaIds(this.#negotiation.serverOffer ?? '')[sdpMLineIndex] ?? null;
    this.#report({ type: 'candidate', candidate: { candidate, sdpMid, sdpMLineIndex } });
  }

  #noCandidates(): void {
    const { addresses, options } = this.#context;
    const { portRange, transportPolicy } = options.ice ?? {};
    const fields = { endpoint: this.id, code: 'no-ice-candidates', addresses, portRange, transportPolicy };
    this.#context.log('error', fields, 'ICE finds no address to offer: no free port, or no relay that answers');
    this.#fail();
  }

  #onConnected(): void {
    if (this.#connected || this.#closing) return;
    this.#connected = true;
    this.#peer.onConnected();
    this.#channels.connect();
    const sound = { ssrc: this.#soundSsrc, payloadType: PAYLOAD_TYPE.audio };
    this.#mixerOutput = this.#room.mixer.addOutput(this.#peer.transport, sound);
    this.refresh();
    this.#report({ type: 'connected' });
  }

  #fail(): void {
    if (this.#failed || this.#closing) return;
    this.#failed = true;
    this.#context.log(
      'debug',
      { endpoint: this.id, graph: this.#pipeline.graph() },
      'the pipeline of a failed endpoint',
    );
    this.#report({ type: 'failed' });
  }

  /** What webrtcbin reports may be over by the time it is heard of, a pad gone: that costs this endpoint, not the whole worker. */
  #orFail(task: () => void): void {
    try {
      task();
    } catch (error) {
      const problem = (error as Error).message;
      this.#context.log('error', { endpoint: this.id, problem }, 'the media of an endpoint cannot be connected');
      this.#fail();
    }
  }

  #receive(ssrc: number, kind: IncomingKind): void {
    if (this.#closing) return;
    const source = { transport: this.#peer.transport, ssrc };
    if (kind === 'video') {
      const { stream, limit } = receiveVideo(this.#context.gst, source, this.#room.codec, () => {
        this.#uplinks.started(stream);
        this.#uploadsChanged();
      });
      this.#uplinks.addPicture(ssrc, stream);
      this.#limits.push(limit);
    } else {
      this.#uplinks.addSound(ssrc, this.#room.mixer.addInput(source));
    }
    this.#uploadsChanged();
  }

  /** What is published of the page. */
  get uploads(): Uploads {
    return this.#closing ? NO_UPLOADS : this.#uploads;
  }

  /** Shows, and tells the server, what is published now, if it is something else than before. */
  #uploadsChanged(): void {
    if (this.#closing) return;
    const { published, uploads } = this.#uplinks;
    if (!isSame(uploads, this.#uploads)) {
      this.#uploads = uploads;
      this.#room.refresh();
    }
    if (isDeepStrictEqual(published, this.#published)) return;
    this.#published = published;
    this.#report({ type: 'published', published });
  }

  /** A small JPEG of what the page's camera sees; rejects with `no-picture` when there is none to be had. */
  async picture(): Promise<Buffer> {
    this.#assertOpen();
    return await this.#room.picture(this);
  }

  /** What has gone either way; null while nothing can. */
  get figures(): EndpointFigures | null {
    if (!this.#connected || this.#closing) return null;
    return endpointFigures(this.#peer.transport.figures(), this.#slots.length);
  }

  /** Looks whether anything still arrives, and whether it makes pictures; called about once a second. */
  watch(): void {
    if (!this.#connected || this.#closing) return;
    this.#uplinks.watch();
    this.#uploadsChanged();
    if (this.#limits.some((limit) => limit.exceeded())) {
      this.#context.log('warn', { endpoint: this.id }, 'a page sends a picture without end');
      this.#fail();
    }
    const stalled = this.#peer.idleMs > this.#context.options.stallTimeoutMs;
    if (stalled === this.#stalled) return;
    this.#stalled = stalled;
    this.#report({ type: stalled ? 'stalled' : 'resumed' });
  }

  #report(event: EndpointEvent): void {
    if (!this.#closing) this.#context.report(this.id, event);
  }

  #assertOpen(): void {
    if (this.#closing) throw new WebstreamerError('endpoint-closed');
  }

  /** Ends the endpoint; the same promise on each call. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    const { figures } = this;
    if (figures) this.#context.traffic.ended(figures);
    this.#closing = this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#scope.disconnect();
    this.#candidateWatch.stop();
    for (const slot of this.#slots) slot.close();
    this.#uplinks.close();
    if (this.#mixerOutput !== null) this.#room.mixer.remove(this.#mixerOutput);
    this.#peer.close();
    this.#channels.close();
    this.#room.forget(this);
    await this.#started.catch(() => undefined);
    await this.#scope.end(this.#pipeline);
  }
}
