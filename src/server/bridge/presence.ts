import { timingSafeEqual } from 'node:crypto';
import type { Handshake } from '../../protocol/signalling/bridge-events.ts';
import { removeUser } from './membership.ts';
import { takeExtra } from './page-token.ts';
import { deliverWaiting, requestExpired } from './requests.ts';
import { type Alarm, type BridgeState, isConnectionRoom, roomOf, type User } from './state.ts';

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
  /** What the client says that it was told in confidence when it connected before, if it does. */
  told?: string | undefined;
  /** What it is told in confidence now, to come back with; null when it cannot be told anything. */
  secret: string | null;
}

/** Whether `told` is the secret of the user of this id: then it is that user who comes back. */
export function isSecretOf(state: BridgeState, id: string, told: string): boolean {
  const secret = state.users.get(id)?.secret;
  if (typeof secret !== 'string') return false;
  const [left, right] = [Buffer.from(secret), Buffer.from(told)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * A socket has connected. A user that comes back has what it had, and nobody hears of it; an id that somebody else has is
 * `taken`. A new user is to be welcomed as soon as it can be reached.
 */
export function arrive(state: BridgeState, newcomer: Newcomer): Arrival {
  const { id } = newcomer;
  const known = state.users.get(id);
  if (known && isBack(state, known, newcomer)) {
    known.lost = false;
    state.effects.setAlarm(known, 'grace', null);
    return { kind: 'back', user: known };
  }
  const room = state.rooms.get(id);
  if (state.users.has(id) || state.virtualIds.has(id) || (room && room.owner !== id)) return { kind: 'taken' };
  const user = createUser(newcomer);
  state.users.set(id, user);
  return { kind: 'new', user };
}

/**
 * Whoever tells the secret need not wait until its old socket is found to be dead. A client that cannot keep one is believed
 * when it comes from where it came from, after its socket was lost.
 */
function isBack(state: BridgeState, known: User, { address, handshake, told }: Newcomer): boolean {
  if (known.secret !== null) return told !== undefined && isSecretOf(state, known.id, told);
  return known.lost && known.address === address && known.autoClose === handshake.autoCloseEntireSession;
}

function createUser({ id, address, handshake, secret }: Newcomer): User {
  const user: User = {
    id,
    address,
    secret,
    messageEvent: handshake.msgEvent,
    customEvents: new Set([handshake.socketCustomEvent]),
    autoClose: handshake.autoCloseEntireSession,
    oneToMany: handshake.oneToMany,
    maxParticipants: handshake.maxParticipantsAllowed,
    sessionId: handshake.sessionid,
    relayLimit: handshake.enableScalableBroadcast ? handshake.maxRelayLimitPerUser : null,
    extra: {},
    token: null,
    password: '',
    links: new Set(),
    virtualIds: new Set(),
    roomId: null,
    guestOf: null,
    heard: 'not-yet',
    lost: false,
    isPublicModerator: false,
    // A page of 3.4.5 that opens a room has the room's name as its id, and a place in it that others can take.
    handsOn: !handshake.autoCloseEntireSession && handshake.sessionid === id,
    lastWords: null,
    broadcast: null,
    refusals: 0,
  };
  takeExtra(user, handshake.extra);
  return user;
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
