import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { withDeadline } from '../../../src/common/deadline.ts';
import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';
import { nameOf, type Received } from '../../unit/connection/fake-page.ts';
import { pageAnswer } from '../../unit/worker/fixtures.ts';
import type { PeerMessage } from './person.ts';

const WAIT_MS = 10_000;

/** An offer as a page gets it. */
export type OfferMessage = Record<string, unknown> & { sdp: string };

/** A page without a browser, which says whatever a test lets it say, over a real socket. */
export class HostilePeer {
  readonly user: string;
  readonly socket: Socket;
  /** Names of the socket's events other than peer messages, in the order they came. */
  readonly events: string[] = [];
  readonly #received: Received[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: Socket, user: string) {
    this.socket = socket;
    this.user = user;
    socket.on(DEFAULT_MESSAGE_EVENT, (envelope: PeerMessage) => {
      this.#received.push(envelope.message as Received);
      this.#wake();
    });
    socket.onAny((event: string) => {
      if (event !== DEFAULT_MESSAGE_EVENT) this.events.push(event);
      this.#wake();
    });
    socket.on('disconnect', () => {
      this.#wake();
    });
  }

  /** Connects with the page's query; rejects as the server does. */
  static async connect(origin: string, query: Record<string, unknown> = {}): Promise<HostilePeer> {
    const userid = randomUUID();
    const socket = io(origin, {
      forceNew: true,
      reconnection: false,
      transports: ['websocket'],
      query: { userid, msgEvent: DEFAULT_MESSAGE_EVENT, ...query },
    });
    const peer = new HostilePeer(socket, typeof query.userid === 'string' ? query.userid : userid);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('connect_error', reject);
    });
    return peer;
  }

  /** The names of all peer messages that it has been sent. */
  get heard(): string[] {
    return this.#received.map(nameOf);
  }

  /** Emits an event and waits for what its acknowledgement is called with. */
  async ask(event: string, ...args: unknown[]): Promise<unknown[]> {
    const answered = new Promise<unknown[]>((resolve) => {
      this.socket.emit(event, ...args, (...values: unknown[]) => {
        resolve(values);
      });
    });
    return await withDeadline(answered, WAIT_MS, () => new Error(`${event} is not answered`));
  }

  /** Asks the bridge for a seat as a page does; answers the acknowledgement. */
  join(connection: unknown): Promise<unknown[]> {
    return this.ask('join-room', { sessionid: connection, session: { audio: true, video: true }, extra: {} });
  }

  /** Sends a peer message to a connection; `envelope` overrides what stands around it. */
  say(connection: string, message: unknown, envelope: Record<string, unknown> = {}): void {
    this.socket.emit(DEFAULT_MESSAGE_EVENT, { remoteUserId: connection, message, sender: this.user, ...envelope });
  }

  /** Asks a connection to take part. */
  request(connection: string): void {
    this.say(connection, { newParticipationRequest: true, isOneWay: false, isDataOnly: false });
  }

  /** Takes the seat of a connection and does a page's part up to the offer. */
  async sit(connection: string): Promise<OfferMessage> {
    const ack = await this.join(connection);
    if (ack[0] !== true) throw new Error(`join-room is refused: ${String(ack[1])}`);
    this.request(connection);
    await this.next('enableMedia');
    this.say(connection, { readyForOffer: true });
    return await this.next('offer');
  }

  /** Answers an offer; by default as a page would, though nobody will send from where the answer says. */
  answer(connection: string, offer: OfferMessage, sdp = pageAnswer(offer.sdp)): void {
    const { connectionDescription, renegotiatingPeer } = offer;
    this.say(connection, { type: 'answer', sdp, renegotiatingPeer, connectionDescription });
  }

  /** The next peer message of this name; it and those before it have been looked at then. */
  async next(name: string, timeoutMs = WAIT_MS): Promise<OfferMessage> {
    await this.until(() => this.heard.includes(name), `${name} to come`, timeoutMs);
    const [message] = this.#received.splice(0, this.heard.indexOf(name) + 1).slice(-1);
    return message as OfferMessage;
  }

  /** Waits for something that a message, an event or the end of the socket brings about. */
  async until(condition: () => boolean, what: string, timeoutMs = WAIT_MS): Promise<void> {
    const come = async () => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    };
    const late = () => new Error(`${this.user} waits for ${what}, but has heard ${this.heard.join(', ') || 'nothing'}`);
    await withDeadline(come(), timeoutMs, late);
  }

  /** Resolves when the server has had all that was sent. */
  async delivered(): Promise<void> {
    await this.ask('check-presence', this.user);
  }

  /** Ends the socket. */
  close(): void {
    this.socket.disconnect();
  }
}
