import type { TypedEmitter } from '../../common/typed-emitter.ts';
import type { EndpointFigures, TrafficFigures } from '../../protocol/media-ipc/figures.ts';
import type { GridTiles } from '../../protocol/media-ipc/grid.ts';
import type { IceCandidate, Offer, OfferAccepted, Published, View, ViewChange } from '../../protocol/media-ipc/view.ts';
import type { VideoCodec } from '../../protocol/video-codec.ts';

/** What an endpoint reports; nothing is reported after `closed`. */
export interface EndpointEvents {
  /** A local ICE candidate for the page. */
  candidate: [candidate: IceCandidate];
  /** Media can flow both ways (DTLS is up); emitted once. */
  connected: [];
  /** ICE or DTLS failed; the endpoint is of no more use. */
  failed: [];
  /** Nothing at all has arrived from the page for `stallTimeoutMs`; emitted once per stall. */
  stalled: [];
  /** Packets arrive again after a stall. */
  resumed: [];
  /** What the page publishes has changed. */
  published: [published: Published];
  /** A data channel is open: the page can be sent texts. `replaces` = it did not listen to the channel before. */
  channel: [replaces: boolean];
  /** A text that the page has sent through a data channel. */
  text: [text: string];
  /** The endpoint has ended, by `close()`, with its room, or with its worker. */
  closed: [];
}

/** The GStreamer side of one connection. All methods reject with `endpoint-closed` once it is closed, or with a worker error. */
export interface Endpoint {
  /** Unique in the life of the engine; what other endpoints' views refer to. */
  readonly id: string;
  readonly events: TypedEmitter<EndpointEvents>;
  /** States what the page should see and hear. Idempotent; may be called in any state, even before the first offer. */
  setView(view: View): Promise<ViewChange>;
  /** The offer that describes the latest view; `offer-outstanding` while an earlier one waits for its answer. */
  createOffer(): Promise<Offer>;
  /** The page's answer to the outstanding offer. Resolves to whether the view has changed since, so that another offer is needed. */
  acceptAnswer(sdp: string): Promise<{ renegotiate: boolean }>;
  /**
   * An offer that the page makes in the middle of a call. While one of ours is outstanding there is no answer, as the page takes its
   * own offer back then; what it wanted to send is provided for in our next offer. `bad-description` changes nothing.
   */
  acceptOffer(sdp: string): Promise<OfferAccepted>;
  /** The page says that a stream of its own, named by its stream id (msid), is over. Unknown ids change nothing. */
  endStream(streamId: string): Promise<void>;
  /** A candidate of the page; those that come before the first answer are kept until then. `bad-candidate` for nonsense. */
  addCandidate(candidate: IceCandidate): Promise<void>;
  /**
   * Sends all texts through the page's data channel, or none: while no channel is open, or the page does not read what it has been
   * sent. Resolves to whether they are on their way.
   */
  sendTexts(texts: readonly string[]): Promise<boolean>;
  /**
   * A small JPEG of what the page's camera sees, at most two seconds old; many who ask share it. Rejects with `no-picture` when none
   * can be had, after two seconds at the latest.
   */
  picture(): Promise<Buffer>;
  /** Ends the endpoint. Safe to call twice. */
  close(): Promise<void>;
}

/** What a media room reports. */
export interface MediaRoomEvents {
  /** The worker that held the room is gone, and with it every endpoint in it. */
  died: [];
  /**
   * How loud the endpoints' microphones are, in dBov (RFC 6464: 0 is the loudest, -127 silence), by endpoint id; those not named are
   * silent. Every 100 ms while anybody is heard, and for a second afterwards.
   */
  levels: [levels: ReadonlyMap<string, number>];
}

/** What a media room is made with, for its life. */
export interface MediaRoomOptions {
  /** What its pages send and get; VP8 when absent. */
  codec?: VideoCodec;
}

/** A room in a media worker: endpoints that can show each other's streams. */
export interface MediaRoom {
  readonly events: TypedEmitter<MediaRoomEvents>;
  /** Makes an endpoint whose page sees the slate until `setView`; `connection` = what the log calls it beside its own id. */
  createEndpoint(connection?: string): Promise<Endpoint>;
  /**
   * States the tiles of the picture that the stream `{source: 'grid'}` is, before the first call the slate. Idempotent. Rejects with
   * `media-room-closed` once the room is closed, or with a worker error.
   */
  setGrid(tiles: GridTiles): Promise<void>;
  /** What has gone either way at each endpoint whose media are up, by its id. Cheap. Rejects as `setGrid` does. */
  figures(): Promise<ReadonlyMap<string, EndpointFigures>>;
  /** Ends the room and its endpoints. Safe to call twice. */
  close(): Promise<void>;
}

/** What the engine holds, for books that must balance. */
export interface MediaDump {
  workers: {
    /** Its number among the workers, from 1; whoever takes its place has it, too. */
    place: number;
    pid: number;
    rooms: number;
    endpoints: number;
    pipelines: number;
    threads: number;
    fileDescriptors: number;
    /** Processor time that it has used since it was started. */
    cpuSeconds: number;
    residentBytes: number;
    /** What native code has allocated and not freed. */
    allocatedBytes: number;
  }[];
  /** Workers that were started in the place of others that had died. */
  restarts: number;
}

/** What one worker has received and sent; `place` as in a {@link MediaDump}. */
export interface WorkerTraffic extends TrafficFigures {
  place: number;
}

/** The media engine: the only way to media. One implementation forks workers; a fake serves tests of rooms and connections. */
export interface MediaEngine {
  /** Places a room in the worker that has the fewest endpoints, or else the fewest rooms; waits for a worker that is starting. */
  createRoom(name: string, options?: MediaRoomOptions): Promise<MediaRoom>;
  /** Figures of every worker, asked of the workers themselves; one that dies meanwhile is left out. */
  dump(): Promise<MediaDump>;
  /** What every worker has received and sent since it was started; one that dies meanwhile is left out. */
  traffic(): Promise<WorkerTraffic[]>;
  /** Stops every worker: ask, wait, TERM, KILL. */
  close(): Promise<void>;
}
