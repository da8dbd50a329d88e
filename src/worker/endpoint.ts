import { randomUUID } from 'node:crypto';
import { SerialQueue } from '../common/serial-queue.ts';
import { WebstreamerError } from '../protocol/errors.ts';
import type { EndpointEvent } from '../protocol/media-ipc/messages.ts';
import type { IceCandidate, Offer, StreamRef, View, ViewChange } from '../protocol/media-ipc/view.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import type { GstElement, GstPad, Mixer } from './gst/binding.ts';
import { Scope } from './gst/scope.ts';
import { Negotiation } from './negotiation.ts';
import { toWebrtcbin } from './page-answer.ts';
import { PageCandidates } from './page-candidates.ts';
import { mediaIds } from './page-description.ts';
import { Peer } from './peer.ts';
import type { PictureLimit } from './picture-limit.ts';
import { OPUS_RTP_CAPS, PAYLOAD_TYPE, randomSsrc } from './rtp-caps.ts';
import type { SlatePicture } from './slate.ts';
import { Slot } from './slot.ts';
import { receiveAudio, receiveVideo } from './uplink.ts';
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
  /** The camera of an endpoint, or null when there is none. */
  videoOf(endpoint: string): VideoStream | null;
  /** States what an output of the mixer hears. */
  hear(mixerOutput: number, streams: readonly StreamRef[]): void;
  /** Something is published, or not any longer: every endpoint points its slots anew. */
  refresh(): void;
  /** The endpoint has ended. */
  forget(endpoint: Endpoint): void;
}

/** The GStreamer side of one connection: a pipeline of its own around one webrtcbin. */
export class Endpoint {
  readonly id: string;
  /** The page's camera, once its first frame has come. */
  video: VideoStream | null = null;
  /** The mixer's input with the page's microphone, once there is one. */
  microphone: number | null = null;

  readonly #context: WorkerContext;
  readonly #room: EndpointRoom;
  readonly #scope = new Scope();
  readonly #mailbox = new SerialQueue();
  readonly #pipeline: GstElement;
  readonly #peer: Peer;
  readonly #soundSsrc = randomSsrc();
  readonly #slots: Slot[] = [];
  readonly #negotiation: Negotiation;
  readonly #started: Promise<void>;
  readonly #candidates = new PageCandidates((candidate) => {
    this.#useCandidate(candidate);
  });
  #uplinks: VideoStream[] = [];
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
    this.#addSlot();
    this.#negotiation.setStreams(this.#view.video);
    this.#started = this.#pipeline.setState('playing');
    this.#started.catch(() => undefined);
  }

  #makePeer(cname: string): Peer {
    const { gst, addresses } = this.#context;
    const peer = new Peer(gst, this.#scope, this.#pipeline, addresses, cname, {
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
      incoming: (pad) => {
        this.#orFail(() => {
          this.#incomingPad(pad);
        });
      },
    });
    peer.addInput(OPUS_RTP_CAPS, { nack: false });
    peer.addInput(VIDEO_FORMATS[this.#room.codec].rtpCaps, { nack: true });
    return peer;
  }

  #addSlot(): void {
    this.#slots.push(new Slot(this.#context.gst, this.#peer.transport, this.#room.slate));
  }

  // ---- what the server asks

  /** States what the page should see and hear. */
  setView(view: View): ViewChange {
    this.#assertOpen();
    this.#view = view;
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
    const stream = ref?.source === 'endpoint' ? this.#room.videoOf(ref.endpoint) : null;
    const wantsSlate = ref?.source === 'slate' || (slotIndex === 0 && !stream);
    return wantsSlate ? this.#room.slate.stream : stream;
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
      return await this.#negotiation.offer(ssrcs, () => this.#peer.createOffer());
    });
  }

  /** Takes the page's answer to the outstanding offer. */
  acceptAnswer(sdp: string): Promise<{ renegotiate: boolean }> {
    return this.#mailbox.run(async () => {
      this.#assertOpen();
      await this.#negotiation.answer(sdp, (answer) =>
        this.#peer.acceptAnswer(toWebrtcbin(answer, this.#negotiation.serverOffer ?? '')),
      );
      this.#assertOpen();
      this.#candidates.release();
      this.refresh();
      return { renegotiate: this.#negotiation.needed };
    });
  }

  /** Takes a candidate of the page; keeps it until the first answer. */
  addCandidate(candidate: IceCandidate): void {
    this.#assertOpen();
    this.#candidates.add(candidate);
  }

  #useCandidate({ candidate, sdpMid, sdpMLineIndex }: IceCandidate): void {
    const mids = mediaIds(this.#negotiation.serverOffer ?? '');
    const index = sdpMLineIndex ?? mids.indexOf(sdpMid ?? '');
    if (index in mids) this.#peer.addCandidate(index, candidate);
  }

  // ---- what webrtcbin reports

  #localCandidate(sdpMLineIndex: number, candidate: string): void {
    if (this.#closing) return;
    const sdpMid = mediaIds(this.#negotiation.serverOffer ?? '')[sdpMLineIndex] ?? null;
    this.#report({ type: 'candidate', candidate: { candidate, sdpMid, sdpMLineIndex } });
  }

  #onConnected(): void {
    if (this.#connected || this.#closing) return;
    this.#connected = true;
    this.#peer.onConnected();
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

  #incomingPad(pad: GstPad): void {
    if (this.#closing) return;
    try {
      this.#receive(pad);
    } catch (error) {
      // What one page sends must not end the worker, which serves many.
      this.#context.log('error', { endpoint: this.id, problem: String(error) }, 'incoming media cannot be received');
      this.#fail();
    }
  }

  #receive(pad: GstPad): void {
    const { gst } = this.#context;
    const { codec } = this.#room;
    if (pad.caps().includes(VIDEO_FORMATS[codec].encodingName)) {
      const { stream, limit } = receiveVideo(gst, this.#scope, this.#pipeline, pad, codec, this.#peer.transport, () => {
        this.#publishVideo(stream);
      });
      this.#uplinks.push(stream);
      this.#limits.push(limit);
      this.#peer.onVideo();
    } else {
      receiveAudio(gst, this.#scope, this.#pipeline, pad, (appsink) => {
        if (this.microphone !== null) this.#room.mixer.remove(this.microphone);
        this.microphone = this.#room.mixer.addInput(appsink);
      });
      this.#published();
    }
  }

  #publishVideo(stream: VideoStream): void {
    if (this.#closing) return;
    this.video = stream;
    this.#published();
  }

  #published(): void {
    this.#room.refresh();
    this.#report({ type: 'published', published: { audio: this.microphone !== null, video: this.video !== null } });
  }

  /** Looks whether anything still arrives, and whether it makes pictures; called about once a second. */
  watch(): void {
    if (!this.#connected || this.#closing) return;
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
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#scope.disconnect();
    for (const slot of this.#slots) slot.close();
    for (const stream of this.#uplinks) stream.close();
    if (this.#mixerOutput !== null) this.#room.mixer.remove(this.#mixerOutput);
    if (this.microphone !== null) this.#room.mixer.remove(this.microphone);
    this.#peer.close();
    this.video = null;
    this.microphone = null;
    this.#room.forget(this);
    await this.#started.catch(() => undefined);
    await this.#scope.end(this.#pipeline);
  }
}
