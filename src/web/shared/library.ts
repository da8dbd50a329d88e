/** The socket.io event that carries peer messages. */
export const MESSAGE_EVENT = 'video-conference-demo';

/** The part of RTCMultiConnection 3.7.1 that our pages use; the library itself is untyped. */
export interface RtcMultiConnection {
  socketURL: string;
  socketMessageEvent: string;
  session: { audio: boolean; video: boolean; oneway?: boolean; data?: boolean };
  sdpConstraints: { mandatory: { OfferToReceiveAudio: boolean; OfferToReceiveVideo: boolean } };
  iceServers: RTCIceServer[];
  autoCreateMediaElement: boolean;
  dontCaptureUserMedia: boolean;
  enableLogs: boolean;
  userid: string;
  /** What others are told of this user. */
  extra: Record<string, unknown>;
  attachStreams: MediaStream[];
  isInitiator: boolean;
  readonly peers: Record<string, { peer: RTCPeerConnection | null } | undefined>;
  readonly socket: SignallingSocket | null;
  readonly multiPeersHandler: { onGettingLocalMedia(stream: MediaStream, done?: () => void): void };
  processSdp: (sdp: string) => string;
  token: () => string;
  getAllParticipants: () => string[];
  open: (roomId: string, done: RoomCallback) => void;
  join: (roomId: string, done: RoomCallback) => void;
  leave: () => void;
  closeSocket: () => void;
  connectSocket: (done?: () => void) => void;
  renegotiate: () => void;
  send: (data: unknown) => void;
  deletePeer: (userId: string) => void;
  checkPresence: (roomId: string, done: (exists: boolean) => void) => void;
  onstream: (event: StreamEvent) => void;
  onstreamended: (event: StreamEvent) => void;
  onleave: (event: { userid: string }) => void;
  onPeerStateChanged: (state: { userid: string }) => void;
  onopen: (event: { channel: RTCDataChannel }) => void;
  onmessage: (event: { data: unknown }) => void;
  onUserIdAlreadyTaken: () => void;
  onmute: (event: StreamEvent) => void;
  onunmute: (event: StreamEvent) => void;
}

/** Called with strictly `true` or `false`, the room's id, and for `false` the signalling server's own words. */
export type RoomCallback = (done: boolean, roomId: string, error?: string) => void;

/** A stream that came or went, as the library reports it. */
export interface StreamEvent {
  type: 'local' | 'remote';
  streamid: string;
  userid: string;
  stream: MediaStream;
  extra?: { fullName?: unknown; name?: unknown } | null;
  muteType?: 'both' | 'audio' | 'video';
  unmuteType?: 'both' | 'audio' | 'video';
}

/** What is used of a socket.io client socket. */
export interface SignallingSocket {
  readonly connected: boolean;
  on(event: 'connect' | 'disconnect' | 'connect_error', listener: () => void): void;
  /** Every peer message for this page. */
  on(event: typeof MESSAGE_EVENT, listener: (envelope: unknown) => void): void;
  /** What the others are told of this page's user from now on. */
  emit(event: 'extra-data-updated', extra: Record<string, unknown>): void;
  emit(event: typeof MESSAGE_EVENT, envelope: { remoteUserId: string; message: unknown; sender: string }): void;
}

interface LibraryGlobals {
  RTCMultiConnection?: new () => RtcMultiConnection;
  io?: unknown;
}

/** A new connection object, set up for our pages; undefined when the library or the socket.io client did not load. */
export function createRtcMultiConnection(): RtcMultiConnection | undefined {
  const { RTCMultiConnection, io } = globalThis as LibraryGlobals;
  if (!RTCMultiConnection || !io) return undefined;
  const library = new RTCMultiConnection();
  library.socketURL = '/';
  library.socketMessageEvent = MESSAGE_EVENT;
  library.session = { audio: true, video: true };
  library.sdpConstraints.mandatory = { OfferToReceiveAudio: true, OfferToReceiveVideo: true };
  library.iceServers = []; // the list it comes with makes the constructor of RTCPeerConnection throw
  library.processSdp = (sdp) => sdp; // the server decides about codecs and bandwidth
  library.autoCreateMediaElement = false; // it would hold each stream back until its own element plays
  library.dontCaptureUserMedia = true; // after one refusal it would never ask for the camera again
  library.enableLogs = false;
  library.onmute = library.onunmute = () => undefined; // its own would fetch a picture from a foreign server
  return library;
}

/** A stream of our own capture carries the library's marks, as if the library had captured it. */
export function markAsOwn(stream: MediaStream): MediaStream {
  return Object.assign(stream, { streamid: stream.id, isVideo: true, isAudio: false, isScreen: false });
}
