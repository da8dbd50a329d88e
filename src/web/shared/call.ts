import {
  type CallListener,
  type CallPlan,
  type CallState,
  failureAfterRepair,
  FAILURE_BY_REASON,
  FAILURE_BY_REFUSAL,
  type Goal,
  type Interruption,
  repairLimitMs,
} from './call-state.ts';
import { CallError, type Failure } from './failure.ts';
import { MESSAGE_EVENT, type RtcMultiConnection, type SignallingSocket, type StreamEvent } from './library.ts';
import { Line, release } from './line.ts';
import { readServerWord } from './server-words.ts';

const CONNECT_LIMIT_MS = 8_000;
const JOIN_LIMIT_MS = 10_000;
const PICTURE_LIMIT_MS = 15_000;
const REPAIR_PAUSE_MS = 3_000;
/** How long the other side may take to repair the call by itself, before this side joins again. */
const REPAIR_GRACE_MS: Record<Interruption, number> = {
  'server-lost': 4_000,
  'peer-left': 5_000,
  'media-lost': 3_000,
  'server-stops': 5_000,
};

/** The library's socket, which is made if there is none. */
function connect(library: RtcMultiConnection): SignallingSocket | null {
  library.connectSocket();
  return library.socket;
}

/** One person's call: signalling, the handshake of RTCMultiConnection, and what is done when any of them breaks. */
export class Call {
  readonly #listener: CallListener;
  readonly #texts: boolean;
  #line: Line | undefined;
  #findGoal: CallPlan['findGoal'] | undefined;
  #state: CallState = { name: 'idle' };
  #timer: number | undefined;
  #id = '';
  #repairSince = 0;
  /** Counts the tries; a callback of an earlier one is out of date. */
  #try = 0;

  /** `texts`: whether the call also carries texts, both ways from the start. */
  constructor(listener: CallListener, { texts = false } = {}) {
    this.#listener = listener;
    this.#texts = texts;
  }

  /** Connects to the server, which needs several round trips, so that a call has less to wait for when it begins. */
  prepare(): void {
    try {
      this.#line ??= this.#createLine();
    } catch (error) {
      if (error instanceof CallError) return; // the call will say so
      throw error;
    }
    const { library } = this.#line;
    if (library.socket) return;
    connect(library)?.on('connect_error', () => {
      // It would try again only after a pause; a call tries at once.
      if (['idle', 'failed', 'asking'].includes(this.#state.name)) library.closeSocket();
    });
  }

  /** Begins a call, unless one is under way. */
  async start({ capture, findGoal }: CallPlan): Promise<void> {
    if (this.#underWay) return;
    this.prepare(); // while the camera opens
    const current = ++this.#try;
    this.#findGoal = findGoal;
    this.#set({ name: 'asking' });
    try {
      const stream = await capture();
      if (current !== this.#try) {
        if (stream) release(stream);
        return;
      }
      this.#prepare(stream);
      this.#enter();
    } catch (error) {
      if (current !== this.#try) return;
      if (error instanceof CallError) this.#fail(error.failure, error.detail);
      else throw error;
    }
  }

  /** Ends the call, or gives it up while it is being made. */
  leave(): void {
    this.#end();
    this.#set({ name: 'idle' });
  }

  /** The way to the other side, once there has been a call. */
  get line(): Line | undefined {
    return this.#line;
  }

  #prepare(stream: MediaStream | undefined): void {
    this.#line ??= this.#createLine();
    this.#line.attach(stream);
    if (stream) this.#listener.onCamera(stream);
  }

  #createLine(): Line {
    const line = new Line(this.#texts, {
      onTrackEnded: () => {
        this.#listener.onCameraStopped();
      },
      onMediaLost: () => {
        this.#interrupt('media-lost');
      },
    });
    const { library } = line;
    library.onstream = (event) => {
      this.#streamCame(event);
    };
    library.onstreamended = (event) => {
      if (event.type !== 'local') this.#listener.onStreamEnded(event.streamid);
    };
    library.onleave = (event) => {
      this.#userLeft(event.userid);
    };
    library.onUserIdAlreadyTaken = () => {
      this.#rejoin('server-lost');
    };
    library.onopen = ({ channel }) => this.#listener.onChannel?.(channel);
    library.onmessage = ({ data }) => this.#listener.onText?.(data);
    return line;
  }

  /** Finds out whom to call, connects to the server, then opens or joins the room. Says how it goes, unless a call is being repaired. */
  #enter(): void {
    const current = this.#try;
    const isCurrent = (): boolean => current === this.#try;
    this.#progress({ name: 'connecting', attempts: 0 }, CONNECT_LIMIT_MS, () => {
      this.#refused('server-unreachable');
    });
    this.#findGoal?.().then(
      (goal) => {
        if (isCurrent()) this.#connect(goal, isCurrent);
      },
      (error: unknown) => {
        if (!isCurrent()) return;
        if (!(error instanceof CallError)) throw error;
        this.#refused(error.failure, error.detail);
      },
    );
  }

  #connect(goal: Goal, isCurrent: () => boolean): void {
    const library = this.#line?.library;
    if (!library) return;
    library.extra = goal.extra;
    const isNew = !library.socket;
    const socket = connect(library);
    if (!socket) return;
    let attempts = 0;
    let entered = false;
    const connected = () => {
      if (!isCurrent()) return;
      if (!entered) {
        entered = true;
        if (!isNew) socket.emit('extra-data-updated', goal.extra); // it was made before there was a goal
        this.#enterRoom(library, goal, isCurrent);
      } else if (this.#state.name === 'interrupted') this.#serverIsBack();
    };
    socket.on('connect', connected);
    socket.on('connect_error', () => {
      if (isCurrent() && this.#state.name === 'connecting') this.#show({ name: 'connecting', attempts: ++attempts });
    });
    socket.on(MESSAGE_EVENT, (envelope) => {
      if (isCurrent()) this.#heard(envelope);
    });
    socket.on('disconnect', () => {
      if (isCurrent()) this.#serverLost();
    });
    if (socket.connected) connected();
  }

  #heard(envelope: unknown): void {
    const word = readServerWord(envelope);
    if (word?.kind === 'boxes') this.#listener.onBoxes(word);
    if (word?.kind !== 'ended') return;
    const failure = FAILURE_BY_REASON[word.reason];
    if (failure) this.#fail(failure, word.text);
    else if (word.reason === 'shutdown' && this.#state.name === 'interrupted')
      this.#show({ name: 'interrupted', cause: 'server-stops' });
  }

  #enterRoom(library: RtcMultiConnection, { entrance, id }: Goal, isCurrent: () => boolean): void {
    this.#id = id;
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
    const state = this.#state;
    if (state.name !== 'interrupted') this.#fail(failure, detail);
    else if (performance.now() - this.#repairSince < repairLimitMs(failure))
      this.#after(REPAIR_PAUSE_MS, () => {
        this.#rejoin();
      });
    else this.#fail(failureAfterRepair(failure, state.cause), detail);
  }

  #streamCame(event: StreamEvent): void {
    if (event.type !== 'remote' || !this.#underWay) return;
    this.#line?.peers.note(event.userid);
    this.#listener.onStream(event);
    if (this.#state.name !== 'connected') this.#set({ name: 'connected', id: this.#id });
  }

  #userLeft(userId: string): void {
    this.#line?.peers.close(userId);
    this.#listener.onUserLeft(userId);
    const others = this.#line?.library.getAllParticipants().filter((id) => id !== userId) ?? [];
    // The media may break a moment before the other side's farewell arrives, which says why.
    if (this.#state.name === 'interrupted' && this.#state.cause === 'media-lost')
      this.#show({ name: 'interrupted', cause: 'peer-left' });
    if (this.#state.name !== 'connected' || others.length > 0) return;
    if (this.#line?.library.isInitiator) this.#set({ name: 'open', id: this.#id });
    else this.#interrupt('peer-left');
  }

  #serverLost(): void {
    // Also when the media broke a moment before: the lost server is what the person should know.
    const inCall = ['waiting', 'open', 'connected', 'interrupted'].includes(this.#state.name);
    if (!inCall) return;
    this.#repairSince = performance.now();
    this.#show({ name: 'interrupted', cause: this.#causeOr('server-lost') });
  }

  /** The socket is up again. The server may have kept our place, or invite us again; only if neither happens we join again. */
  #serverIsBack(): void {
    this.#after(REPAIR_GRACE_MS['server-lost'], () => {
      if (this.#line?.peers.alive) this.#set({ name: 'connected', id: this.#id });
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
    this.#set({ name: 'interrupted', cause: this.#causeOr(cause) });
  }

  /** A server that has said that it stops is not lost for another reason. */
  #causeOr(cause: Interruption): Interruption {
    return this.#state.name === 'interrupted' && this.#state.cause === 'server-stops' ? 'server-stops' : cause;
  }

  get #underWay(): boolean {
    return this.#state.name !== 'idle' && this.#state.name !== 'failed';
  }

  #rejoin(cause?: Interruption): void {
    if (cause) this.#beginRepair(cause);
    this.#hangUp();
    this.#enter();
  }

  /** Leaves the room and the server; the next connection has an id of its own, so that nothing of this one can stand in its way. */
  #hangUp(): void {
    this.#try++;
    for (const userId of this.#line?.hangUp() ?? []) this.#listener.onUserLeft(userId);
  }

  #end(): void {
    this.#clearTimer();
    this.#hangUp();
    this.#line?.detach();
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
