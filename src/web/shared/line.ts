import { CallError } from './failure.ts';
import { createRtcMultiConnection, markAsOwn, MESSAGE_EVENT, type RtcMultiConnection } from './library.ts';
import { PeerBook } from './peer-book.ts';

/** Ends every track, so that the light of the camera goes out. */
export function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** What a line tells its call. */
export interface LineListener {
  /** A track of what is sent has ended by itself. */
  onTrackEnded(): void;
  /** The media to somebody have broken for good. */
  onMediaLost(): void;
}

/** The library, its connections, and what is sent on them: one main stream of camera and microphone, perhaps others beside it, texts. */
export class Line {
  readonly library: RtcMultiConnection;
  readonly peers: PeerBook;
  readonly #texts: boolean;
  readonly #listener: LineListener;
  #main: MediaStream | undefined;

  /** Throws a CallError when the library did not load. */
  constructor(texts: boolean, listener: LineListener) {
    const library = createRtcMultiConnection();
    if (!library) throw new CallError('server-unreachable');
    this.library = library;
    this.#texts = texts;
    this.#listener = listener;
    this.peers = new PeerBook(library, () => {
      listener.onMediaLost();
    });
    library.onPeerStateChanged = ({ userid }) => {
      this.peers.note(userid);
    };
  }

  /** States what the next call sends; undefined = it only looks on. */
  attach(stream: MediaStream | undefined): void {
    const { library } = this;
    library.attachStreams = [];
    library.session = {
      audio: true,
      video: true,
      ...(!stream && { oneway: true }),
      ...(this.#texts && { data: true }),
    };
    this.#main = stream;
    if (!stream) return;
    for (const track of stream.getTracks()) this.#watch(track);
    library.multiPeersHandler.onGettingLocalMedia(markAsOwn(stream));
  }

  /** Ends all that is sent, and with it cameras and microphones. */
  detach(): void {
    const streams = [...this.library.attachStreams, ...(this.#main ? [this.#main] : [])];
    this.#main = undefined;
    this.library.attachStreams = [];
    for (const stream of streams) release(stream);
  }

  /** Sends `next` in the main stream in place of `old`. */
  async replaceTrack(old: MediaStreamTrack, next: MediaStreamTrack): Promise<void> {
    if (!this.#main) return;
    this.#main.addTrack(next);
    this.#main.removeTrack(old);
    this.#watch(next);
    await this.peers.replaceTrack(old, next);
  }

  /** Sends another stream beside the main one. */
  addStream(stream: MediaStream): void {
    this.library.multiPeersHandler.onGettingLocalMedia(markAsOwn(stream));
    this.library.renegotiate();
  }

  /** Ends a stream that was added, and says so. */
  removeStream(stream: MediaStream): void {
    release(stream);
    this.library.attachStreams = this.library.attachStreams.filter((other) => other !== stream);
    for (const track of stream.getTracks()) this.peers.removeTrack(track);
    this.#say({ streamSyncNeeded: true, streamid: stream.id, action: 'ended', type: 'both' });
  }

  /** Says whether the main stream has anything of a kind in it. */
  sayMuted(type: 'audio' | 'video', muted: boolean): void {
    if (!this.#main) return;
    this.#say({ streamSyncNeeded: true, streamid: this.#main.id, action: muted ? 'mute' : 'unmute', type });
  }

  /** Leaves the room and the server; the next connection has an id of its own. Answers with whom it was connected. */
  hangUp(): string[] {
    const { library, peers } = this;
    const users = library.getAllParticipants();
    for (const userId of users) peers.note(userId);
    library.leave();
    peers.closeAll();
    library.closeSocket();
    library.userid = library.token();
    return users;
  }

  #watch(track: MediaStreamTrack): void {
    track.addEventListener('ended', () => {
      if (this.#main?.getTracks().includes(track)) this.#listener.onTrackEnded();
    });
  }

  #say(message: Record<string, unknown>): void {
    const { library } = this;
    for (const remoteUserId of library.getAllParticipants())
      library.socket?.emit(MESSAGE_EVENT, { remoteUserId, message, sender: library.userid });
  }
}
