import type { Logger } from '../../common/logger.ts';
import type { Extra } from '../../protocol/signalling/bridge-events.ts';

/** A page or a webstreamer, by its user id. `lost` = its socket broke a moment ago and may come back. */
export interface User {
  id: string;
  /** Where it connects from; only from there may it come back. */
  readonly address: string;
  /** The name of the socket event that carries its peer messages. */
  readonly messageEvent: string;
  /** Names of events that are passed on to its room as they are. */
  readonly customEvents: Set<string>;
  /** Rooms that it opens end with it instead of being handed over. */
  readonly autoClose: boolean;
  /** Requests to join it go to it alone. */
  readonly oneToMany: boolean;
  /** The limit of rooms that it opens, itself included. */
  readonly maxParticipants: number;
  extra: Extra;
  /** The password of a legacy page's room, which is the page itself. */
  password: string;
  /** Ids of users that it has talked to. */
  readonly links: Set<string>;
  /** Further ids that a webstreamer speaks under. */
  readonly virtualIds: Set<string>;
  roomId: string | null;
  lost: boolean;
}

/** A room. `participants` are user ids in the order in which they came, the owner included. */
export interface BridgeRoom {
  readonly id: string;
  owner: string;
  participants: string[];
  extra: Extra;
  readonly session: Record<string, unknown>;
  password: string;
  readonly identifier: string;
  readonly maxParticipants: number;
  readonly autoClose: boolean;
}

/** A legacy page's request to join somebody who is not there yet. */
export interface WaitingRequest {
  user: string;
  envelope: Record<string, unknown>;
  expiresAtMs: number;
}

/** Delivers an event to a user's socket. */
export type Emit = (userId: string, event: string, ...args: unknown[]) => void;

/** Everything the bridge knows. No sockets and no timers: what is to be said goes out through `emit`. */
export interface BridgeState {
  readonly users: Map<string, User>;
  readonly rooms: Map<string, BridgeRoom>;
  /** Requests by the id they wait for. */
  readonly waiting: Map<string, WaitingRequest[]>;
  /** The user that speaks under a virtual id. */
  readonly virtualIds: Map<string, string>;
  readonly emit: Emit;
  readonly now: () => number;
  readonly logger: Logger;
}

/** An empty state. */
export function createState(emit: Emit, now: () => number, logger: Logger): BridgeState {
  return { users: new Map(), rooms: new Map(), waiting: new Map(), virtualIds: new Map(), emit, now, logger };
}

/** Whether the room is a webstreamer's connection: opened under the opener's own id, to end with it. */
export function isConnectionRoom(room: BridgeRoom): boolean {
  return room.owner === room.id && room.autoClose;
}
