import type { Logger } from '../../common/logger.ts';
import type { Extra } from '../../protocol/signalling/bridge-events.ts';
import type { Envelope } from '../../protocol/signalling/peer-message.ts';
import type { RefusalReason } from './refusal.ts';

/** A page or a webstreamer, by its user id. */
export interface User {
  id: string;
  /** Where it connects from. */
  readonly address: string;
  /**
   * What its client was told in confidence, and tells again when it comes back. Null for a client of before socket.io 3, which
   * cannot: it may come back from its address once its socket was lost.
   */
  readonly secret: string | null;
  /** The name of the socket event that carries its peer messages. */
  readonly messageEvent: string;
  /** Names of events that are passed on to its company as they are. */
  readonly customEvents: Set<string>;
  /** Rooms that it opens end with it instead of being handed over. */
  readonly autoClose: boolean;
  /** Requests to join it go to it alone. */
  readonly oneToMany: boolean;
  /** The limit of rooms that it opens, itself included. */
  readonly maxParticipants: number;
  /** The room of a legacy page by its own account. */
  readonly sessionId: string | undefined;
  /** To how many others it passes scalable broadcasts on; null when it takes part in none. */
  readonly relayLimit: number | null;
  /** What it tells of its user, as others may see it. */
  extra: Extra;
  /** What it proves with that it may take part, for the webstreamer whose connection it joins; null when it has not said. */
  token: string | null;
  /** The password of a legacy page's room, which is the page itself. */
  password: string;
  /** Ids of users that it has talked to. */
  readonly links: Set<string>;
  /** Further ids that a webstreamer speaks under. */
  readonly virtualIds: Set<string>;
  roomId: string | null;
  /** The user without a room whose password it has given. */
  guestOf: User | null;
  /** Whether it has said anything since it came: `no` once it should have. */
  heard: 'not-yet' | 'yes' | 'no';
  /** Its socket broke a moment ago and may come back. */
  lost: boolean;
  /** A legacy page whose room is in the public list. */
  isPublicModerator: boolean;
  /** A legacy page whose room goes to one of those that it talks to when it leaves. */
  handsOn: boolean;
  /** What a legacy page wants to have said when it has gone. */
  lastWords: Envelope | null;
  /** Its place in a scalable broadcast. */
  broadcast: BroadcastPlace | null;
  /** How many of its events were refused. */
  refusals: number;
}

/** A user's place in a scalable broadcast: a tree in which each passes on to a few others what it receives. */
export interface BroadcastPlace {
  readonly id: string;
  readonly isInitiator: boolean;
  readonly typeOfStreams: Record<string, unknown>;
  /** The user that it receives from; null for the initiator, and while it looks for another. */
  from: string | null;
  /** The users that it passes the broadcast on to. */
  readonly to: Set<string>;
  canRelay: boolean;
}

/** Wrong passwords that were given from one address for one room. */
export interface Guesses {
  count: number;
  readonly sinceMs: number;
}

/** A room. `participants` are user ids in the order in which they came, the owner included. */
export interface BridgeRoom {
  readonly id: string;
  owner: string;
  participants: string[];
  extra: Extra;
  session: Record<string, unknown>;
  password: string;
  identifier: string;
  readonly maxParticipants: number;
  readonly autoClose: boolean;
}

/** A request to take part in what is not there yet. */
export interface WaitingRequest {
  readonly user: User;
  readonly envelope: Envelope;
}

/**
 * What a user can be woken for: its socket did not come back in time (`grace`), it has said nothing (`silence`), whom it asked
 * for did not come in time (`request`).
 */
export type Alarm = 'grace' | 'silence' | 'request';

/** What the state has done to the world around it. */
export interface Effects {
  /** Delivers an event to a user's socket. */
  emit(user: User, event: string, ...args: unknown[]): void;
  /** Sets a user's alarm anew; null = takes it back. */
  setAlarm(user: User, alarm: Alarm, delayMs: number | null): void;
  /** The user has been removed. */
  gone(user: User): void;
  /** Closes a user's socket for good; its client does not come back by itself. */
  cut(user: User): void;
  /** An event of somebody had no effect, for this reason. */
  refused(reason: RefusalReason): void;
  /** A user id that nobody has. */
  newId(): string;
  /** Milliseconds since whenever. */
  now(): number;
}

/** Everything the bridge knows. No sockets and no timers: those are behind the effects. */
export interface BridgeState {
  readonly users: Map<string, User>;
  readonly rooms: Map<string, BridgeRoom>;
  /** Requests by the id they wait for. */
  readonly waiting: Map<string, WaitingRequest[]>;
  /** The user that speaks under a virtual id. */
  readonly virtualIds: Map<string, string>;
  /** Users whose sockets did not come back in time to a seat that they had: where they were, and when that was. */
  readonly missed: Map<string, { address: string; atMs: number }>;
  /** By address and room. */
  readonly guesses: Map<string, Guesses>;
  readonly effects: Effects;
  readonly logger: Logger;
}

/** How many of each there are; `links` are pairs of users. */
export interface StateCounts {
  users: number;
  rooms: number;
  links: number;
  waiting: number;
}

/** An empty state. */
export function createState(effects: Effects, logger: Logger): BridgeState {
  return {
    users: new Map(),
    rooms: new Map(),
    waiting: new Map(),
    virtualIds: new Map(),
    missed: new Map(),
    guesses: new Map(),
    effects,
    logger,
  };
}

/** Counts what the state holds. */
export function countState(state: BridgeState): StateCounts {
  return {
    users: state.users.size,
    rooms: state.rooms.size,
    links: [...state.users.values()].reduce((sum, { links }) => sum + links.size, 0) / 2,
    waiting: [...state.waiting.values()].reduce((sum, requests) => sum + requests.length, 0),
  };
}

/** The room that a user is in. */
export function roomOf(state: BridgeState, user: User): BridgeRoom | undefined {
  return user.roomId === null ? undefined : state.rooms.get(user.roomId);
}

/** Whether the room is a webstreamer's connection: opened under the opener's own id, to end with it. */
export function isConnectionRoom(room: BridgeRoom): boolean {
  return room.owner === room.id && room.autoClose;
}

/** Whether a user holds a connection: it has opened a room under its own id, to end with it. */
export function isWebstreamer(state: BridgeState, user: User): boolean {
  const room = roomOf(state, user);
  return room?.owner === user.id && isConnectionRoom(room);
}

/** A user that is a room itself, in no other: a legacy page, or a webstreamer that opens no room. */
export function hostOf(state: BridgeState, id: string): User | undefined {
  const user = state.users.get(id);
  return user?.roomId === null ? user : undefined;
}

/** Delivers an event to whoever has this user id. */
export function tell(state: BridgeState, userId: string, event: string, ...args: unknown[]): void {
  const user = state.users.get(userId);
  if (user) state.effects.emit(user, event, ...args);
}
