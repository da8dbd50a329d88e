import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { DEFAULT_MESSAGE_EVENT } from '../../src/protocol/signalling/peer-message.ts';
import { connected, pageSocket } from './page-socket.ts';

const ACK_TIMEOUT_MS = 10_000;
const DRAIN_MS = 5000;
const STEP_MS = 2;
/** So many messages may be under way: a bridge that falls behind gets no more than it can carry. */
const LARGEST_BACKLOG = 500;

/** A description of 2.5 kB, the size of what a browser with one camera says; no two lines are alike, as in theirs. */
const SDP = Array.from(
  { length: 60 },
  (_, line) => `a=rtpmap:${line} VP8/${90_000 + line * 7919} apt=${line * 104_729}`,
)
  .join('\r\n')
  .padEnd(2400, '\r\na=end');

/** Messages that were relayed in some time. */
export interface Talk {
  received: number;
  /** Messages that never came, or not as they were sent. */
  lost: number;
  latenciesMs: number[];
}

interface Message {
  type: 'answer';
  sdp: string;
  sentMs: number;
}

interface User {
  id: string;
  socket: Socket;
}

/** Pairs of pages in rooms of their own that send each other what pages do. */
export class Chatter {
  readonly #sockets: Socket[] = [];
  readonly #pairs: [User, User][] = [];
  #talk: Talk = { received: 0, lost: 0, latenciesMs: [] };
  #underWay = 0;

  /** Connects the pairs; one opens a room and the other joins it. */
  static async start(url: string, pairs: number): Promise<Chatter> {
    const chatter = new Chatter();
    try {
      for (let pair = 0; pair < pairs; pair++) await chatter.#connect(url, `room-${pair}`);
      return chatter;
    } catch (error) {
      chatter.close();
      throw error;
    }
  }

  /** Sends so many messages a second, evenly among the pairs and both ways, and waits for the last of them. */
  async talk(messagesPerSecond: number, ms: number): Promise<Talk> {
    this.#talk = { received: 0, lost: 0, latenciesMs: [] };
    const start = performance.now();
    let sent = 0;
    for (let now = start; now - start < ms; now = performance.now()) {
      const due = Math.floor(((now - start) * messagesPerSecond) / 1000);
      while (sent < due && this.#underWay < LARGEST_BACKLOG) this.#send(sent++);
      await pause(STEP_MS);
    }
    for (const end = performance.now() + DRAIN_MS; this.#underWay > 0 && performance.now() < end;) await pause(STEP_MS);
    this.#talk.lost += this.#underWay;
    this.#underWay = 0;
    return this.#talk;
  }

  /** Closes all sockets. */
  close(): void {
    for (const socket of this.#sockets) socket.disconnect();
  }

  async #connect(url: string, room: string): Promise<void> {
    const [owner, guest] = await Promise.all([this.#user(url, room, 'owner'), this.#user(url, room, 'guest')]);
    this.#pairs.push([owner, guest]);
    const session = { sessionid: room, session: { audio: true, video: true }, extra: {}, identifier: '', password: '' };
    for (const [{ socket }, event] of [[owner, 'open-room'] as const, [guest, 'join-room'] as const]) {
      const answer: unknown = await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, session);
      if (answer !== true) throw new Error(`${event} of ${room} is answered with ${String(answer)}`);
    }
  }

  async #user(url: string, room: string, role: string): Promise<User> {
    const id = `${room}-${role}`;
    const socket = pageSocket(url, id, room);
    this.#sockets.push(socket);
    await connected(socket);
    socket.on(DEFAULT_MESSAGE_EVENT, ({ message }: { message: Message }) => {
      this.#receive(message);
    });
    return { id, socket };
  }

  #send(number: number): void {
    const pair = this.#pairs[number % this.#pairs.length];
    if (!pair) return;
    const [from, to] = Math.floor(number / this.#pairs.length) % 2 === 0 ? pair : pair.toReversed();
    if (!from || !to) return;
    this.#underWay++;
    const message: Message = { type: 'answer', sdp: SDP, sentMs: performance.now() };
    from.socket.emit(DEFAULT_MESSAGE_EVENT, { remoteUserId: to.id, message, sender: from.id });
  }

  #receive({ sdp, sentMs }: Message): void {
    this.#underWay--;
    if (sdp !== SDP) {
      this.#talk.lost++;
      return;
    }
    this.#talk.received++;
    this.#talk.latenciesMs.push(performance.now() - sentMs);
  }
}
