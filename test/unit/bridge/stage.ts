import { randomUUID } from 'node:crypto';
import { silentLogger } from '../../../src/common/logger.ts';
import { Handshake } from '../../../src/protocol/signalling/bridge-events.ts';
import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';
import { dispatch } from '../../../src/server/bridge/dispatch.ts';
import { removeUser } from '../../../src/server/bridge/membership.ts';
import { arrive, lose, wake, welcome } from '../../../src/server/bridge/presence.ts';
import type { RefusalReason } from '../../../src/server/bridge/refusal.ts';
import { type Alarm, type BridgeState, countState, createState, type User } from '../../../src/server/bridge/state.ts';

/** What a user was told. */
export interface Told {
  to: string;
  event: string;
  args: unknown[];
}

/** How a socket connects: what its URL says, and where it comes from. */
export interface Connect {
  address?: string;
  query?: Record<string, unknown>;
  /** Whose client it is: the `same` that had this id before, another one, or one of before socket.io 3, which keeps no secret. */
  client?: 'same' | 'another' | 'old';
}

/** What the URL of a webstreamer's socket says, beside its id. */
export const WEBSTREAMER = { autoCloseEntireSession: 'true', maxParticipantsAllowed: '2' };

/** A request to take part, as a page of 3.7.1 sends it; pages of 3.4.5 put a password into the envelope. */
export const REQUEST = { newParticipationRequest: true, isOneWay: false, isDataOnly: false };

/** The state of a bridge without sockets and clocks: events go in, and what users are told comes out. */
export class Stage {
  readonly state: BridgeState;
  readonly alarms = new Map<User, Map<Alarm, number>>();
  readonly warnings: Record<string, unknown>[] = [];
  readonly refusals: RefusalReason[] = [];
  /** Whose sockets were closed. */
  readonly cut: string[] = [];
  nowMs = 0;
  #told: Told[] = [];
  #ids = 0;

  constructor() {
    const logger = { ...silentLogger, warn: (fields: Record<string, unknown>) => void this.warnings.push(fields) };
    this.state = createState(
      {
        emit: (user, event, ...args) => void this.#told.push({ to: user.id, event, args }),
        setAlarm: (user, alarm, delayMs) => {
          const alarms = this.alarms.get(user) ?? new Map<Alarm, number>();
          if (delayMs === null) alarms.delete(alarm);
          else alarms.set(alarm, delayMs);
          this.alarms.set(user, alarms);
        },
        gone: (user) => void this.alarms.delete(user),
        cut: (user) => void this.cut.push(user.id),
        refused: (reason) => void this.refusals.push(reason),
        newId: () => `new-${++this.#ids}`,
        now: () => this.nowMs,
      },
      logger,
    );
  }

  /** What has been told to whom since the last look. */
  get told(): Told[] {
    return this.#told.splice(0);
  }

  /** What has been told, in short: `alice user-connected bob`; peer messages by the first key of the message. */
  get news(): string[] {
    return this.told.map(({ to, event, args }) => [to, event, ...args.map(inShort)].join(' '));
  }

  get counts(): Record<string, number> {
    const timers = [...this.alarms.values()].reduce((sum, alarms) => sum + alarms.size, 0);
    return { ...countState(this.state), virtualIds: this.state.virtualIds.size, timers };
  }

  user(id: string): User {
    const user = this.state.users.get(id);
    if (!user) throw new Error(`there is no user ${id}`);
    return user;
  }

  connect(id: string, { address = '127.0.0.1', query = {}, client = 'same' }: Connect = {}): 'new' | 'back' | 'taken' {
    const handshake = Handshake.parse({ msgEvent: DEFAULT_MESSAGE_EVENT, ...query });
    const own = `secret of ${id}`;
    const arrival = arrive(this.state, {
      id,
      address,
      handshake,
      ...(client === 'same' && { told: own }),
      secret: { same: own, another: randomUUID(), old: null }[client],
    });
    if (arrival.kind === 'new') welcome(this.state, arrival.user);
    return arrival.kind;
  }

  /** A webstreamer that holds the connection `id`. */
  webstreamer(id: string): void {
    this.connect(id, { query: WEBSTREAMER });
    this.ask(id, 'open-room', { sessionid: id, session: { audio: true, video: true } });
  }

  /** An event of a user; answers what its acknowledgement is called with. */
  ask(id: string, event: string, ...args: unknown[]): readonly unknown[] | undefined {
    return dispatch(this.state, this.user(id), event, args);
  }

  /** A peer message of a user. */
  say(id: string, remoteUserId: string, message: unknown, more: object = {}): void {
    this.ask(id, this.user(id).messageEvent, { remoteUserId, message, sender: id, ...more });
  }

  /** A 3.7.1 page joins, and its request is on the way. */
  join(id: string, room: string): void {
    this.ask(id, 'join-room', { sessionid: room });
    this.say(id, room, REQUEST);
  }

  /** A webstreamer and a page that talk to each other, all the news of it read. */
  call(connection = '1', page = 'page'): void {
    this.webstreamer(connection);
    this.connect(page);
    this.join(page, connection);
    this.say(connection, page, { enableMedia: true });
    this.told.splice(0);
  }

  /** The socket broke. */
  lose(id: string): void {
    lose(this.state, this.user(id), 4000);
  }

  /** The socket was closed by the page. */
  leave(id: string): void {
    removeUser(this.state, this.user(id));
  }

  /** An alarm goes off, if it is set. */
  ring(id: string, alarm: Alarm): void {
    const user = this.user(id);
    if (this.alarms.get(user)?.delete(alarm) === true) wake(this.state, user, alarm);
  }
}

function inShort(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('message' in value && 'sender' in value) {
    const { message } = value;
    const said = typeof message === 'object' ? Object.keys(message ?? {})[0] : JSON.stringify(message);
    return `${String(value.sender)}: ${String(said)}`;
  }
  return JSON.stringify(value);
}
