import type { Handshake } from '../../protocol/signalling/bridge-events.ts';
import type { Ack, Handler } from './handler.ts';
import { removeUser } from './membership.ts';
import { peerEvents, peerMessage } from './peer-messages.ts';
import { deliverWaiting } from './requests.ts';
import { roomEvents } from './room-events.ts';
import type { BridgeState, User } from './state.ts';
import { customEvent, userEvents } from './user-events.ts';

const HANDLERS: ReadonlyMap<string, Handler> = new Map([...roomEvents, ...peerEvents, ...userEvents]);

/** Handles one event of a user; answers what its acknowledgement is called with. */
export function dispatch(state: BridgeState, user: User, event: string, args: readonly unknown[]): Ack {
  if (event === user.messageEvent) return peerMessage(state, user, args);
  const handler = HANDLERS.get(event);
  if (handler) return handler(state, user, args);
  if (user.customEvents.has(event)) customEvent(state, user, event, args);
  return undefined;
}

/** What becomes of a socket that connects under a user id. */
export type Arrival = { kind: 'new' | 'back'; user: User } | { kind: 'taken' };

/**
 * A socket has connected under `id`. A user whose socket was lost is back when it comes from the same address, and nobody hears
 * of it; an id that somebody has is `taken`. `onNew` makes a new user reachable before what waited for it is delivered.
 */
export function arrive(
  state: BridgeState,
  id: string,
  address: string,
  handshake: Handshake,
  onNew: (user: User) => void,
): Arrival {
  const known = state.users.get(id);
  if (known?.lost === true && known.address === address) {
    known.lost = false;
    return { kind: 'back', user: known };
  }
  const room = state.rooms.get(id);
  if (known || state.virtualIds.has(id) || (room && room.owner !== id)) return { kind: 'taken' };
  const user: User = {
    id,
    address,
    messageEvent: handshake.msgEvent,
    customEvents: new Set([handshake.socketCustomEvent]),
    autoClose: handshake.autoCloseEntireSession,
    oneToMany: handshake.oneToMany,
    maxParticipants: handshake.maxParticipantsAllowed,
    extra: handshake.extra,
    password: '',
    links: new Set(),
    virtualIds: new Set(),
    roomId: null,
    lost: false,
  };
  state.users.set(id, user);
  onNew(user);
  deliverWaiting(state, id);
  return { kind: 'new', user };
}

/** The user's socket broke. Answers whether it is worth waiting for: a user in no room and without company is forgotten at once. */
export function lose(state: BridgeState, user: User): boolean {
  if (user.links.size === 0 && user.roomId === null) {
    removeUser(state, user);
    return false;
  }
  user.lost = true;
  return true;
}
