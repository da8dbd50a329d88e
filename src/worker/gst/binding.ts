import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { VideoCodec } from '../../protocol/video-codec.ts';

/** Figures of the buffers that have passed a pad; `idleMs` = since the latest one, -1 before the first. */
export interface BufferCounter {
  read(): { buffers: number; bytes: number; keyFrames: number; idleMs: number };
}

/** An error, warning or end-of-stream message from a pipeline's bus. */
export interface BusMessage {
  type: 'error' | 'warning' | 'eos';
  source: string;
  gerror?: { message: string };
  debug?: string;
}

/**
 * A GObject. Values are converted by the property's type: enums by nick, caps and structures as text, session descriptions as
 * `{type, sdp}`, objects as wrappers. Each wrapper holds a reference until `release()` or its collection.
 */
export interface GstObject {
  name(): string;
  /** The factory's name for an element, else the GType's. */
  type(): string;
  set(property: string, value: unknown): this;
  get(property: string): unknown;
  /** Emits an action signal; one that ends in a GstPromise returns a JavaScript promise of its reply. */
  emit(signal: string, ...args: unknown[]): unknown;
  /**
   * Calls `handler` later, on the JavaScript thread, with copies of the signal's arguments. `blockNewPads` holds the data of
   * source pads among the arguments back, natively, until `unblock()`.
   */
  on(signal: string, handler: (...args: never[]) => void, blockNewPads?: boolean): number;
  off(handlerId: number): void;
  release(): void;
}

/** A GstElement, GstBin or GstPipeline; a call that doesn't fit the type throws. */
export interface GstElement extends GstObject {
  /** Changes state on a pool thread; resolves when the call returns, rejects when the change failed. */
  setState(state: 'null' | 'ready' | 'paused' | 'playing'): Promise<void>;
  syncState(): this;
  /** The elements of a factory in a bin and in the bins inside it. */
  byFactory(factory: string): GstElement[];
  add(...elements: GstElement[]): this;
  byName(name: string): GstElement | null;
  /** Links to `next`, which is returned. */
  link<T extends GstElement>(next: T): T;
  staticPad(name: string): GstPad;
  /** Errors, warnings and ends of stream of a pipeline. */
  onMessage(handler: (message: BusMessage) => void): void;
  /** A webrtcbin only: gathers ICE candidates on this address; may be called several times. */
  addIceAddress(address: string): void;
  /** A bin's graph in the DOT language. */
  graph(): string;
}

/** A GstPad. */
export interface GstPad extends GstObject {
  direction(): 'src' | 'sink';
  caps(): string;
  linkPad(sink: GstPad): void;
  unblock(): boolean;
  countBuffers(): BufferCounter;
  /** Asks upstream for a key frame. */
  requestKeyFrame(): boolean;
}

/** One stream that comes from a page; all counts are since it began. */
export interface IncomingSource {
  ssrc: number;
  /** In Hz; 0 while it is not known. */
  clockRate: number;
  packets: number;
  /** With the headers of RTP, UDP and IP. */
  bytes: number;
  /** Expected and not received; what came twice is taken off. */
  lostPackets: number;
  /** In units of the clock (RFC 3550, appendix A.8). */
  jitter: number;
}

/** What has gone to a page, as its receiver reports say, and what has come from it. */
export interface TransportFigures {
  /** RTP and RTCP, encrypted. */
  bytes: number;
  packets: number;
  /** Packets that the page's reports cover, and those of them that it has not got; repeats count as received. */
  expectedPackets: number;
  lostPackets: number;
  /** Smoothed; negative while it is not known. */
  roundTripUs: number;
  /** That the page was sent, asked for or because a picture could not be read. */
  keyFrameRequests: number;
  /** All that has come on its sockets, of any kind. */
  receivedBytes: number;
  /** How long nothing at all has come, in ms; -1 before the first. */
  idleMs: number;
  sources: IncomingSource[];
}

/** What is received of a page: the payload types (RFC 3551) of both kinds, and the id of the header extension of transport-cc. */
export interface ReceptionFormat {
  codec: VideoCodec;
  videoType: number;
  soundType: number;
  transportId: number;
  /** Of packets of pictures that are sent again on a stream of their own (RFC 4588). */
  repairType: number;
}

/** A stream on which a page sends packets of the stream `of` again, by their SSRCs. */
export interface Repair {
  ssrc: number;
  of: number;
}

/** What a stream of a page can be. */
export type IncomingKind = 'video' | 'audio';

/** A stream that comes from a page. */
export interface IncomingStream {
  transport: Transport;
  ssrc: number;
}

/**
 * The way to one page and back: sends and receives RTP past webrtcbin's elements, with the keys of its DTLS (RFC 5764) and to the address that its ICE has
 * chosen. Until it is open nothing is sent.
 */
export interface Transport {
  /** To be called once, when DTLS is up; throws when there are no keys that can be used. */
  open(): void;
  /**
   * Receives the page's media, once webrtcbin has a local description; `onStream` is called for each stream that begins to arrive.
   * Lost packets of pictures are asked for again; pictures are whole, and begin with a key frame.
   */
  receive(format: ReceptionFormat, onStream: (ssrc: number, kind: IncomingKind) => void): void;
  /** Takes what the page says of its repairs; what it said before does not hold any longer. */
  setRepairs(repairs: readonly Repair[]): void;
  /** Counts the packets of a stream that has begun. */
  packetCounter(ssrc: number): BufferCounter;
  /** Counts the pictures that have been made of a stream that has begun. */
  pictureCounter(ssrc: number): BufferCounter;
  /** Asks the page for a key frame of the stream of this SSRC, by RTCP PLI (RFC 4585, section 6.3.1), at once. */
  requestKeyFrame(ssrc: number): void;
  /** What has gone either way. Cheap: everything is counted already. */
  figures(): TransportFigures;
  /** Sends and receives nothing from now on, and lets webrtcbin go. */
  close(): void;
}

/** What a page may send through its data channels; twice as much may come at once. An honest page repeats what is dropped. */
export interface DataLimits {
  /** The number of SCTP streams in each direction. */
  streams: number;
  bytesPerSecond: number;
  messagesPerSecond: number;
}

/** What a {@link DataTransport} reports. */
export interface DataTransportHandlers {
  /** Messages can be sent, or cannot any longer; a page that begins anew is gone first. */
  state(up: boolean): void;
  /** A whole message of at most 300,000 bytes, with its SCTP payload protocol identifier. */
  message(stream: number, protocol: number, bytes: Buffer): void;
  /** The page sends nothing more on a stream (RFC 6525). */
  reset(stream: number): void;
}

/** The data channels' way to one page: SCTP over webrtcbin's DTLS (RFC 8261), past its own SCTP elements. */
export interface DataTransport {
  /** The page's SCTP port. */
  setPort(port: number): void;
  /** To be called when DTLS is up: begins the handshake. */
  open(): void;
  /** Sends a message that has at least a byte, in order and reliably; nothing before `state(true)`. */
  send(stream: number, protocol: number, bytes: Buffer): void;
  /** Says that nothing more is sent on a stream. */
  reset(stream: number): void;
  /** What waits to be sent, beside the 300,000 bytes that SCTP holds itself. */
  waitingBytes(): number;
  /** Tells the page that it is over, and lets everything go that waits. */
  close(): void;
}

/** The numbers of an outgoing RTP stream, as they stand in its description. */
export interface OutgoingStream {
  ssrc: number;
  payloadType: number;
}

/** A stream of pictures; where the path is too narrow for all, those of the lowest rank go first. */
export interface OutgoingPicture extends OutgoingStream {
  rank: number;
}

/** Takes the frames of an appsink or of a page and hands each to its feeds; `onFirstFrame` is called once. */
export interface Relay {
  /** Lets `onFirstFrame` go: whatever that holds is not collected before. */
  close(): void;
}

/** Sends the frames of one relay at a time to a page, and sends again what the page has lost. */
export interface Feed {
  /** Changes to `relay` on its next key frame and calls `onShown` then; a later call takes the place of one that waits. */
  show(relay: Relay, onShown: () => void): void;
  /** Shows nothing from now on. */
  clear(): void;
  /** As `clear`, for good: lets its callbacks go, and whatever they hold. */
  close(): void;
}

/**
 * Sums 20 ms frames of mono 16-bit sound at 48 kHz for each output, and sends them as Opus; nothing while there is nothing to be
 * heard: the noise of a quiet room counts as nothing. Ids of inputs and outputs are never reused.
 */
export interface Mixer {
  /** The sound comes from a page, as Opus, or from an appsink. */
  addInput(source: GstElement | IncomingStream): number;
  addOutput(transport: Transport, stream: OutgoingStream): number;
  /** States the inputs that an output hears; unknown ones are ignored. */
  hear(output: number, inputs: number[]): void;
  remove(id: number): void;
  close(): void;
}

/** Decodes what a relay takes in and keeps the latest picture. */
export interface Decoder {
  /** Hands the latest picture to an appsrc, if there is one that is no older. Returns whether there was. */
  give(appsrc: GstElement, maxAgeMs: number): boolean;
  /** Its pipeline takes frames from now on; those that came before are kept until then. */
  started(): void;
  /** Takes nothing from now on. */
  close(): void;
}

/** A tile of a grid: where it lies and what is on it. `whole` = nothing of the picture is cut off; `marked` = with the speaker's frame. */
export interface DrawnTile {
  x: number;
  y: number;
  width: number;
  height: number;
  name: string;
  whole: boolean;
  marked: boolean;
  /** Null = there is no picture to be shown. */
  decoder: Decoder | null;
}

/** Draws tiles on one picture, on a thread of its own that hands the picture to an appsrc as often as its format says. */
export interface Grid {
  /** States the tiles; nothing is drawn before the first call. */
  show(tiles: DrawnTile[]): void;
  /** Draws nothing from now on. */
  close(): void;
}

/** The native module. */
export interface GstBinding {
  createPipeline(name: string, description?: string): GstElement;
  createElement(factory: string, name?: string): GstElement;
  hasElement(factory: string): boolean;
  /** The number of pipelines that have been created and not yet freed, with all that is in them. */
  pipelines(): number;
  /** What native code has allocated and not freed, in bytes (mallinfo2). */
  allocatedBytes(): number;
  /** Calls `onBytes` once, with the first that an appsink takes in. */
  readSample(appsink: GstElement, onBytes: (bytes: Buffer) => void): void;
  /** Ends the process at once, without destructors: they crash while streams are running. */
  exitNow(code: number): never;
  /** Lets the event loop end. */
  close(): void;
  /** `cname` = the canonical name in its sender reports (RFC 3550, section 6.5.1). */
  Transport: new (webrtcbin: GstElement, cname: string) => Transport;
  /** Throws while webrtcbin has no local description. */
  DataTransport: new (webrtcbin: GstElement, limits: DataLimits, handlers: DataTransportHandlers) => DataTransport;
  /** An appsink gives whole pictures: VP8 frames, or access units of H.264 as a byte stream (annex B). */
  Relay: new (source: GstElement | IncomingStream, codec: VideoCodec, onFirstFrame: () => void) => Relay;
  /** `onStarved`: nothing is sent before the relay's next key frame; `onKeyFrameWanted`: the page asks for one. */
  Feed: new (
    transport: Transport,
    stream: OutgoingPicture,
    onStarved: () => void,
    onKeyFrameWanted: () => void,
  ) => Feed;
  /**
   * `onLevels`: how loud the inputs `ids` are, in dBov (RFC 6464); those not named are silent. Every 100 ms while anybody is heard,
   * and for a second afterwards.
   */
  Mixer: new (onLevels: (ids: number[], levels: number[]) => void) => Mixer;
  /** Takes frames from `relay`, has them decoded between `input` (an appsrc) and `output` (an appsink), and asks for key frames. */
  Decoder: new (
    relay: Relay,
    input: GstElement,
    output: GstElement,
    onKeyFrameWanted: () => void,
    onFirstPicture: () => void,
  ) => Decoder;
  Grid: new (format: { width: number; height: number; frameRate: number }, output: GstElement) => Grid;
}

/** Loads the native module and initialises GStreamer; throws when either is missing. Only worker processes may call it. */
export function loadBinding(): GstBinding {
  const path = fileURLToPath(new URL('../../../native/build/Release/webstreamer_gst.node', import.meta.url));
  return createRequire(import.meta.url)(path) as GstBinding;
}
