import { captureCamera, releaseCamera } from './camera.ts';
import { CallError, type Failure } from './failure.ts';
import {
  createRtcMultiConnection,
  markAsCamera,
  MESSAGE_EVENT,
  type RtcMultiConnection,
  type StreamEvent,
} from './library.ts';
import { PeerBook } from './peer-book.ts';
import { type BoxLabel, readServerWord } from './server-words.ts';
import type { Interruption } from './words.ts';

/** How a call begins; `open-or-join` asks the signalling server which of the two is possible. */
export type Entrance = 'join' | 'open' | 'open-or-join';

/** Where a call is. */
export type CallState =
  | { name: 'idle' }
  | { name: 'asking' }
  | { name: 'connecting'; attempts: number }
  | { name: 'joining'; id: string }
  | { name: 'waiting'; id: string }
  | { name: 'open'; id: string }
  | { name: 'connected'; id: string }
  | { name: 'interrupted'; id: string; cause: Interruption }
  | { name: 'failed'; failure: Failure; detail?: string };

/** What a call tells the page. A stream may be reported more than once; a stream that ended may never have come. */
export interface CallListener {
  onState(state: CallState): void;
  onCamera(stream: MediaStream): void;
  onCameraStopped(): void;
  onStream(event: StreamEvent): void;
  onStreamEnded(streamId: string): void;
  onUserLeft(userId: string): void;
  /** Whom the boxes show, by stream id; those not named show nobody in particular. */
  onBoxes(labels: ReadonlyMap<string, BoxLabel>): void;
  /** Nothing of the call is left: neither own nor other people's pictures. */
  onCleared(): void;
}

const CONNECT_LIMIT_MS = 8_000;
const JOIN_LIMIT_MS = 10_000;
const PICTURE_LIMIT_MS = 15_000;
/** How long a broken call is being repaired: a server that starts anew takes a while; one that refuses has made up its mind. */
const REPAIR_LIMIT_MS = { unreachable: 60_000, refused: 12_000 };
const REPAIR_PAUSE_MS = 3_000;
/** How long the other side may take to repair the call by itself, before this side joins again. */
const REPAIR_GRACE_MS: Record<Interruption, number> = { 'server-lost': 4_000, 'peer-left': 5_000, 'media-lost': 3_000 };

const FAILURE_BY_REFUSAL: Record<string, Failure> = {
  'Room full': 'room-full',
  'Room not available': 'room-not-available',
};

/** Why the server ends a call for good, or does not begin it, and what that is called here; after any other reason it is repaired. */
const FAILURE_BY_REASON: Record<string, Failure> = {
  removed: 'removed',
  'room-closed': 'room-closed',
  'connection-removed': 'room-closed',
  'room-locked': 'room-locked',
  'room-full': 'room-full',
};

/** One person's call: camera, signalling, the handshake of RTCMultiConnection, and what is done when any of them breaks. */
export class Call {
  readonly #listener: CallListener;
  #library: RtcMultiConnection | undefined;
  #peers: PeerBook | undefined;
  #camera: MediaStream | undefined;
  #goal: { entrance: Entrance; id: string; name: string } = { entrance: 'join', id: '', name: '' };
  #state: CallState = { name: 'idle' };
  #timer: number | undefined;
  #repairSince = 0;
  /** Counts the tries; a callback of an earlier one is out of date. */
  #try = 0;

  constructor(listener: CallListener) {
    this.#listener = listener;
  }

  /** Begins a call, unless one is under way; `name` = what the others read below one's picture, may be empty. */
  async start(entrance: Entrance, id: string, name: string): Promise<void> {
    if (this.#state.name !== 'idle' && this.#state.name !== 'failed') return;
    const current = ++this.#try;
    this.#goal = { entrance, id, name };
    this.#set({ name: 'asking' });
    try {
      const camera = await captureCamera();
      if (current !== this.#try) {
        releaseCamera(camera);
        return;
      }
      this.#useCamera(camera);
      this.#enter();
    } catch (error) {
      if (current !== this.#try) return;
      if (error instanceof CallError) this.#fail(error.failure);
      else throw error;
    }
  }

  /** Ends the call, or gives it up while it is being made. */
  leave(): void {
    this.#end();
    this.#set({ name: 'idle' });
  }

  #useCamera(camera: MediaStream): void {
    this.#camera = camera;
    for (const track of camera.getTracks()) {
      track.addEventListener('ended', () => {
        if (this.#camera === camera) this.#listener.onCameraStopped();
      });
    }
    this.#listener.onCamera(camera);
    this.#library ??= this.#createLibrary();
    this.#library.attachStreams = [];
    this.#library.multiPeersHandler.onGettingLocalMedia(markAsCamera(camera));
  }

  #createLibrary(): RtcMultiConnection {
    const library = createRtcMultiConnection();
    if (!library) throw new CallError('server-unreachable');
    library.onstream = (event) => {
      this.#streamCame(event);
    };
    library.onstreamended = (event) => {
      if (event.type !== 'local') this.#listener.onStreamEnded(event.streamid);
    };
    library.onleave = (event) => {
      this.#userLeft(event.userid);
    };
    library.onPeerStateChanged = (state) => this.#peers?.note(state.userid);
    library.onUserIdAlreadyTaken = () => {
      this.#rejoin('server-lost');
    };
    this.#peers = new PeerBook(library, () => {
      this.#interrupt('media-lost');
    });
    return library;
  }

  /** Connects to the server, then opens or joins the room. Says how it goes, unless a broken call is being repaired. */
  #enter(): void {
    const library = this.#library;
    if (!library) return;
    const { name } = this.#goal;
    library.extra = { ...(name && { fullName: name }), webstreamer: { boxes: true } };
    const current = this.#try;
    const isCurrent = (): boolean => current === this.#try;
    let attempts = 0;
    this.#progress({ name: 'connecting', attempts }, CONNECT_LIMIT_MS, () => {
      this.#refused('server-unreachable');
    });
    let first = true;
    library.connectSocket(() => {
      if (isCurrent()) this.#enterRoom(library, isCurrent);
    });
    library.socket?.on('connect', () => {
      if (isCurrent() && !first && this.#state.name === 'interrupted') this.#serverIsBack();
      first = false;
    });
    library.socket?.on('connect_error', () => {
      if (isCurrent() && this.#state.name === 'connecting') this.#show({ name: 'connecting', attempts: ++attempts });
    });
    library.socket?.on(MESSAGE_EVENT, (envelope) => {
      if (isCurrent()) this.#heard(envelope);
    });
    library.socket?.on('disconnect', () => {
      if (isCurrent()) this.#serverLost();
    });
  }

  #heard(envelope: unknown): void {
    const word = readServerWord(envelope);
    if (word?.kind === 'boxes') this.#listener.onBoxes(word.labels);
    const failure = word?.kind === 'ended' ? FAILURE_BY_REASON[word.reason] : undefined;
    if (failure && word?.kind === 'ended') this.#fail(failure, word.text);
  }

  #enterRoom(library: RtcMultiConnection, isCurrent: () => boolean): void {
    const { entrance, id } = this.#goal;
    this.#progress({ name: 'joining', id }, JOIN_LIMIT_MS, () => {
      this.#refused('no-answer');
    });
    const join = (): void => {
      library.join(id, (done, _id, error) => {
        if (isCurrent()) this.#answered(done, { name: 'waiting', id }, error);
      });
    };
    const open = (): void => {
      library.open(id, (done, _id, error) => {
        if (!isCurrent()) return;
        if (!done && error === 'Room not available') this.#refused('room-taken');
        else this.#answered(done, { name: 'open', id }, error);
      });
    };
    if (entrance === 'join') join();
    else if (entrance === 'open') open();
    else
      library.checkPresence(id, (exists) => {
        if (isCurrent()) (exists ? join : open)();
      });
  }

  #answered(done: boolean, next: CallState, error: string | undefined): void {
    if (!done) this.#refused(FAILURE_BY_REFUSAL[error ?? ''] ?? 'join-refused', error);
    else if (next.name === 'open') this.#set(next);
    else
      this.#progress(next, PICTURE_LIMIT_MS, () => {
        this.#refused('no-answer');
      });
  }

  #refused(failure: Failure, detail?: string): void {
    const isSilent = failure === 'server-unreachable' || failure === 'no-answer';
    const limitMs = isSilent ? REPAIR_LIMIT_MS.unreachable : REPAIR_LIMIT_MS.refused;
    if (this.#state.name === 'interrupted' && performance.now() - this.#repairSince < limitMs) {
      this.#after(REPAIR_PAUSE_MS, () => {
        this.#rejoin();
      });
    } else if (this.#state.name === 'interrupted' && failure !== 'server-unreachable') this.#fail('call-ended');
    else this.#fail(failure, detail);
  }

  #streamCame(event: StreamEvent): void {
    if (event.type !== 'remote' || !this.#camera) return;
    this.#peers?.note(event.userid);
    this.#listener.onStream(event);
    if (this.#state.name !== 'connected') this.#set({ name: 'connected', id: this.#goal.id });
  }

  #userLeft(userId: string): void {
    this.#peers?.close(userId);
    this.#listener.onUserLeft(userId);
    const others = this.#library?.getAllParticipants().filter((id) => id !== userId) ?? [];
    // The media may break a moment before the other side's farewell arrives, which says why.
    if (this.#state.name === 'interrupted' && this.#state.cause === 'media-lost') {
      this.#show({ ...this.#state, cause: 'peer-left' });
    }
    if (this.#state.name !== 'connected' || others.length > 0) return;
    if (this.#library?.isInitiator) this.#set({ name: 'open', id: this.#goal.id });
    else this.#interrupt('peer-left');
  }

  #serverLost(): void {
    // Also when the media broke a moment before: the lost server is what the person should know.
    const inCall = ['waiting', 'open', 'connected', 'interrupted'].includes(this.#state.name);
    if (!inCall) return;
    this.#repairSince = performance.now();
    this.#show({ name: 'interrupted', id: this.#goal.id, cause: 'server-lost' });
  }

  /** The socket is up again. The server may have kept our place, or invite us again; only if neither happens we join again. */
  #serverIsBack(): void {
    this.#after(REPAIR_GRACE_MS['server-lost'], () => {
      if (this.#peers?.alive) this.#set({ name: 'connected', id: this.#goal.id });
      else this.#rejoin('server-lost');
    });
  }

  #interrupt(cause: Interruption): void {
    if (this.#state.name !== 'connected') return;
    this.#beginRepair(cause);
    this.#after(REPAIR_GRACE_MS[cause], () => {
      this.#rejoin();
    });
  }

  #beginRepair(cause: Interruption): void {
    this.#repairSince = performance.now();
    this.#set({ name: 'interrupted', id: this.#goal.id, cause });
  }

  #rejoin(cause?: Interruption): void {
    if (cause) this.#beginRepair(cause);
    this.#hangUp();
    this.#enter();
  }

  /** Leaves the room and the server; the next connection has an id of its own, so that nothing of this one can stand in its way. */
  #hangUp(): void {
    this.#try++;
    const library = this.#library;
    if (!library) return;
    for (const userId of library.getAllParticipants()) {
      this.#peers?.note(userId);
      this.#listener.onUserLeft(userId);
    }
    library.leave();
    this.#peers?.closeAll();
    library.closeSocket();
    library.userid = library.token();
  }

  #end(): void {
    this.#clearTimer();
    const camera = this.#camera;
    this.#camera = undefined;
    this.#hangUp();
    if (camera) releaseCamera(camera);
    this.#listener.onCleared();
  }

  #fail(failure: Failure, detail?: string): void {
    this.#end();
    this.#set(detail === undefined ? { name: 'failed', failure } : { name: 'failed', failure, detail });
  }

  /** A step forward, with a time limit; while a broken call is being repaired the page goes on saying so. */
  #progress(state: CallState, limitMs: number, late: () => void): void {
    if (this.#state.name !== 'interrupted') this.#show(state);
    this.#after(limitMs, late);
  }

  #set(state: CallState): void {
    this.#clearTimer();
    this.#show(state);
  }

  #show(state: CallState): void {
    this.#state = state;
    this.#listener.onState(state);
  }

  #after(ms: number, action: () => void): void {
    this.#clearTimer();
    this.#timer = window.setTimeout(action, ms);
  }

  #clearTimer(): void {
    window.clearTimeout(this.#timer);
  }
}
