import { io, type Socket } from 'socket.io-client';
import type { Logger } from '../../common/logger.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { describeIssues } from '../../protocol/issues.ts';
import type { Reason } from '../../protocol/reasons.ts';
import { DEFAULT_MESSAGE_EVENT, Envelope, PageMessage } from '../../protocol/signalling/peer-message.ts';
import type { PeerLink, PeerLinkEvents } from './peer-link.ts';

/** A bridge of the generation without rooms never answers `open-room`. */
const OPEN_ROOM_ACK_MS = 2_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;
/** For the last messages to arrive; a socket that has not brought them there by then is cut. */
const CLOSE_MS = 1_000;
const BRIDGE_UNREACHABLE: ErrorCode = 'bridge-unreachable';
/** What the loss of the bridge is called wherever something ends; here nothing does. */
const BRIDGE_LOST: Reason = 'bridge-lost';
/** The page's name for the event that a server passes on to everybody; its URL always has it. */
const CUSTOM_EVENT = 'RTCMultiConnection-Custom-Message';

/** What a link is made of; `messageEvent` is the name of the event that carries peer messages. */
export interface SignallingLinkOptions {
  bridgeUrl: string;
  connectionId: string;
  logger: Logger;
  messageEvent?: string;
  /** The bridge runs in this process: whom its certificate names does not matter. */
  isOwnBridge?: boolean;
}

/** A link to a bridge over socket.io, ours or any that speaks RTCMultiConnection's protocol; it begins to connect at once. */
export function createSignallingLink(options: SignallingLinkOptions): PeerLink {
  return new SignallingLink(options);
}

class SignallingLink implements PeerLink {
  readonly events = new TypedEmitter<PeerLinkEvents>();
  readonly #id: string;
  readonly #logger: Logger;
  readonly #messageEvent: string;
  readonly #socket: Socket;
  #isUp = false;
  #failures = 0;
  /** The `open-room` that counts; answers to earlier ones do not. */
  #attempt: symbol | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | null = null;

  constructor({
    bridgeUrl,
    connectionId,
    logger,
    messageEvent = DEFAULT_MESSAGE_EVENT,
    isOwnBridge = false,
  }: SignallingLinkOptions) {
    this.#id = connectionId;
    this.#logger = logger;
    this.#messageEvent = messageEvent;
    this.#socket = io(bridgeUrl, {
      forceNew: true, // connections to one bridge share no socket: the socket is the identity
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      rejectUnauthorized: !isOwnBridge,
      reconnectionDelay: FIRST_RETRY_MS,
      reconnectionDelayMax: LONGEST_RETRY_MS,
      query: {
        userid: connectionId,
        sessionid: connectionId,
        msgEvent: messageEvent,
        socketCustomEvent: CUSTOM_EVENT,
        autoCloseEntireSession: true, // else the server gives the room to the page when this socket drops
        maxParticipantsAllowed: 2,
      },
    });
    this.#listen();
  }

  send(remoteUserId: string, message: unknown): void {
    if (this.#isUp) this.#socket.emit(this.#messageEvent, { remoteUserId, message, sender: this.#id });
  }

  dismiss(userId: string): void {
    if (this.#isUp) this.#socket.emit('disconnect-with', userId, () => undefined);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#forgetAttempt();
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.events.removeAll();
    if (wasUp) await this.#delivered();
    this.#socket.disconnect();
  }

  /**
   * Resolves when the server has had all that was sent. A socket.io server drops what arrives together with the packet that
   * ends the socket, so the last words to a page need an answer behind them; every generation answers `check-presence`.
   */
  async #delivered(): Promise<void> {
    await this.#socket
      .timeout(CLOSE_MS)
      .emitWithAck('check-presence', this.#id)
      .catch(() => undefined);
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('connect', () => {
      this.#openRoom();
    });
    socket.on('disconnect', (reason) => {
      this.#forgetAttempt();
      this.#goDown(reason);
      if (reason === 'io server disconnect') this.#retry(() => socket.connect()); // the client itself does not, after that
    });
    socket.on('connect_error', (error) => {
      if (this.#failures++ > 0) return;
      this.#logger.warn({ code: BRIDGE_UNREACHABLE, err: error }, 'the bridge cannot be reached; trying again');
    });
    socket.on('userid-already-taken', () => {
      // The server does not listen to this socket: only a new one helps, once the old one is forgotten.
      this.#forgetAttempt();
      this.#goDown('the bridge knows another socket of this id');
      this.#retry(() => {
        socket.disconnect().connect();
      });
    });
    socket.on('user-disconnected', (userId: unknown) => {
      if (typeof userId === 'string') this.events.emit('userDisconnected', userId);
    });
    socket.on('extra-data-updated', (userId: unknown, extra: unknown) => {
      if (typeof userId === 'string') this.events.emit('extra', userId, extra);
    });
    socket.on(this.#messageEvent, (received: unknown) => {
      this.#receive(received);
    });
  }

  /** Lets pages join this id. Once per socket: a second one would give the room away. */
  #openRoom(): void {
    const attempt = Symbol();
    this.#attempt = attempt;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#attempt === attempt) this.#goUp();
    }, OPEN_ROOM_ACK_MS);
    const room = {
      sessionid: this.#id,
      session: { audio: true, video: true },
      extra: {},
      identifier: '',
      password: '',
    };
    this.#socket.emit('open-room', room, (opened: unknown, problem: unknown) => {
      if (this.#attempt !== attempt) return;
      clearTimeout(this.#timer);
      if (opened === true) this.#goUp();
      else this.#refused(problem);
    });
  }

  #refused(problem: unknown): void {
    this.#forgetAttempt();
    this.#goDown(`open-room is refused: ${String(problem)}`);
    this.#retry(() => {
      if (this.#socket.connected) this.#openRoom();
    });
  }

  #goUp(): void {
    this.#failures = 0;
    if (this.#isUp) return;
    this.#isUp = true;
    this.#logger.debug({}, 'pages can join');
    this.events.emit('up');
  }

  #goDown(problem: string): void {
    if (this.#closed !== null) return;
    const wasUp = this.#isUp;
    if (this.#failures++ === 0)
      this.#logger.warn({ problem, ...(wasUp && { reason: BRIDGE_LOST }) }, 'pages cannot join; trying again');
    if (!wasUp) return;
    this.#isUp = false;
    this.events.emit('down');
  }

  #forgetAttempt(): void {
    this.#attempt = null;
    clearTimeout(this.#timer);
  }

  #retry(again: () => void): void {
    if (this.#closed !== null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(again, Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LONGEST_RETRY_MS));
  }

  #receive(received: unknown): void {
    const envelope = Envelope.safeParse(received);
    if (!envelope.success) {
      this.events.emit('refused', undefined, `not an envelope: ${describeIssues(envelope.error)}`);
      return;
    }
    const { sender, remoteUserId, message } = envelope.data;
    if (remoteUserId !== this.#id) {
      this.events.emit('refused', sender, 'it is for another connection');
      return;
    }
    if (this.#attempt !== null) this.#goUp(); // a page that reaches us says as much as an answer to open-room
    const parsed = PageMessage.safeParse(message);
    if (!parsed.success)
      this.events.emit('refused', sender, `not a message of a page: ${describeIssues(parsed.error)}`);
    else this.events.emit('message', { sender, message: parsed.data, envelope: received as Record<string, unknown> });
  }
}
