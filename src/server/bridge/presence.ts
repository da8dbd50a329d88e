import type { Handshake } from '../../protocol/signalling/bridge-events.ts';
import { removeUser } from './membership.ts';
import { deliverWaiting, requestExpired } from './requests.ts';
import { type Alarm, type BridgeState, isConnectionRoom, isWebstreamer, roomOf, type User } from './state.ts';

/** Whoever has just come says something within this time: a page 1 s after its socket is open at the latest. */
const SILENCE_MS = 2500;
/** How long, and how many, users are remembered whose sockets did not come back in time. */
const MISSED_MS = 10 * 60_000;
const MAX_MISSED = 1000;

/** What becomes of a socket that connects under a user id. */
export type Arrival = { kind: 'new' | 'back'; user: User } | { kind: 'taken' };

/** Where a socket comes from, and what it says of itself. */
export interface Newcomer {
  id: string;
  address: string;
  handshake: Handshake;
}

/**
 * A socket has connected. A user whose socket was lost is back when it comes from the same address, and nobody hears of it; an
 * id that somebody has is `taken`. A new user is to be welcomed as soon as it can be reached.
 */
export function arrive(state: BridgeState, { id, address, handshake }: Newcomer): Arrival {
  const known = state.users.get(id);
  if (known && isBack(known, address, handshake)) {
    known.lost = false;
    state.effects.setAlarm(known, 'grace', null);
    return { kind: 'back', user: known };
  }
  if (known && isSuccessor(state, known, address, handshake)) removeUser(state, known);
  const room = state.rooms.get(id);
  if (state.users.has(id) || state.virtualIds.has(id) || (room && room.owner !== id)) return { kind: 'taken' };
  const user = createUser(id, address, handshake);
  state.users.set(id, user);
  return { kind: 'new', user };
}

/** Only the client itself knows its instance, so it need not wait until its old socket is found to be dead. */
function isBack(known: User, address: string, { instance, autoCloseEntireSession }: Handshake): boolean {
  if (known.address !== address || known.instance !== instance) return false;
  return instance !== undefined || (known.lost && known.autoClose === autoCloseEntireSession);
}

/** A client with a fixed id was started again: what the old one held is gone with it. A page does not succeed a webstreamer. */
function isSuccessor(state: BridgeState, known: User, address: string, handshake: Handshake): boolean {
  if (!known.lost || known.address !== address) return false;
  return !isWebstreamer(state, known) || handshake.autoCloseEntireSession;
}

function createUser(id: string, address: string, handshake: Handshake): User {
  return {
    id,
    address,
    instance: handshake.instance,
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
    guestOf: null,
    heard: 'not-yet',
    lost: false,
  };
}

/** A new user can be reached: passes on what waited for it, except to a webstreamer, which opens its room first. */
export function welcome(state: BridgeState, user: User): void {
  state.effects.setAlarm(user, 'silence', SILENCE_MS);
  if (!user.autoClose) deliverWaiting(state, user.id);
}

/** A user has said something. */
export function heardOf(state: BridgeState, user: User): void {
  if (user.heard === 'yes') return;
  user.heard = 'yes';
  state.effects.setAlarm(user, 'silence', null);
  state.missed.delete(user.id);
  deliverWaiting(state, user.id);
}

/** A user's socket broke: it may come back within `graceMs`. */
export function lose(state: BridgeState, user: User, graceMs: number): void {
  user.lost = true;
  state.effects.setAlarm(user, 'grace', graceMs);
}

/** What happens when an alarm of a user goes off. */
export function wake(state: BridgeState, user: User, alarm: Alarm): void {
  if (alarm === 'grace') graceIsOver(state, user);
  else if (alarm === 'silence') silent(state, user);
  else requestExpired(state, user);
}

function graceIsOver(state: BridgeState, user: User): void {
  const room = roomOf(state, user);
  if (room && isConnectionRoom(room) && room.owner !== user.id) {
    const oldest = state.missed.keys().next();
    if (oldest.done === false && state.missed.size >= MAX_MISSED) state.missed.delete(oldest.value);
    state.missed.set(user.id, { address: user.address, atMs: state.effects.now() });
  }
  removeUser(state, user);
}

/**
 * A page whose socket comes back says nothing by itself. One that has lost its seat in the meantime shows a frozen picture:
 * told that its id is taken, a page of 3.7.1 joins its room again under another one.
 */
function silent(state: BridgeState, user: User): void {
  user.heard = 'no';
  deliverWaiting(state, user.id);
  const missed = state.missed.get(user.id);
  state.missed.delete(user.id);
  if (missed?.address !== user.address || state.effects.now() - missed.atMs > MISSED_MS) return;
  state.effects.emit(user, 'userid-already-taken', user.id, state.effects.newId());
}
