import { Password } from '../../protocol/signalling/bridge-events.ts';
import type { Envelope } from '../../protocol/signalling/peer-message.ts';
import { refuse } from './handler.ts';
import { claimPlace, claimSeat, enterRoom, forgetRequest, leaveRoom } from './membership.ts';
import { requestFor } from './page-token.ts';
import { tryPassword } from './password.ts';
import { type BridgeRoom, type BridgeState, isConnectionRoom, roomOf, type User } from './state.ts';

/** A page waits this long for somebody to come. */
const WAIT_MS = 10 * 60_000;

/** A page asks to take part: to be passed to those who are there, or kept until somebody is. */
export function requestParticipation(state: BridgeState, user: User, envelope: Envelope): void {
  forgetRequest(state, user);
  const id = envelope.remoteUserId;
  const host = state.users.get(id);
  const room = state.rooms.get(id) ?? (host && roomOf(state, host));
  if (room && id !== room.id && id !== room.owner) refuse(state, user, 'other-room', { receiver: id });
  else if (room) requestInRoom(state, user, room, envelope);
  else if (host && !isOpening(host)) requestOfUser(state, user, host, envelope);
  else keepRequest(state, user, envelope);
}

/** A webstreamer that has just come, and is about to open its room. */
function isOpening(host: User): boolean {
  return host.autoClose && host.heard === 'not-yet';
}

function requestInRoom(state: BridgeState, user: User, room: BridgeRoom, envelope: Envelope): void {
  // Legacy pages know no join-room: their request is it.
  if (!room.participants.includes(user.id) && !admit(state, user, room, envelope)) return;
  const toOwnerOnly = isConnectionRoom(room) || room.session.oneway === true || room.session.broadcast === true;
  deliver(state, user, room.owner, toOwnerOnly ? [room.owner] : room.participants, envelope);
}

function admit(state: BridgeState, user: User, room: BridgeRoom, envelope: Envelope): boolean {
  if (!passwordFits(state, user, room.id, room.password, envelope)) return false;
  if (!claimSeat(state, room)) {
    state.effects.emit(user, 'room-full', room.id);
    return false;
  }
  enterRoom(state, user, room);
  return true;
}

function passwordFits(state: BridgeState, user: User, id: string, password: string, envelope: Envelope): boolean {
  const given = Password.parse(envelope.password);
  const verdict = tryPassword(state, user, { id, password }, given);
  if (verdict === 'right') return true;
  if (verdict === 'too-many') state.effects.emit(user, 'password-max-tries-over', id);
  else if (given === '') state.effects.emit(user, 'join-with-password', id);
  else state.effects.emit(user, 'invalid-password', id, given);
  return false;
}

/** A user without a room: a legacy page, whose mesh is all those it has talked to, or a webstreamer that opens no room. */
function requestOfUser(state: BridgeState, user: User, host: User, envelope: Envelope): void {
  if (user.guestOf !== host && !passwordFits(state, user, host.id, host.password, envelope)) return;
  if (!claimPlace(state, host, user)) {
    state.effects.emit(user, 'room-full', host.id);
    return;
  }
  leaveRoom(state, user); // as join-room does
  const mesh = [...host.links].filter((id) => state.users.get(id)?.roomId === null);
  const others = user.oneToMany || host.autoClose ? [] : mesh;
  deliver(state, user, host.id, [host.id, ...others], envelope);
}

/** `owner` = whose the room is that is asked for, or who is one. */
function deliver(state: BridgeState, from: User, owner: string, to: readonly string[], envelope: Envelope): void {
  for (const id of to) {
    const receiver = id === from.id ? undefined : state.users.get(id);
    if (receiver)
      state.effects.emit(receiver, receiver.messageEvent, requestFor(state, from, envelope, receiver, id === owner));
  }
}

function keepRequest(state: BridgeState, user: User, envelope: Envelope): void {
  const requests = state.waiting.get(envelope.remoteUserId) ?? [];
  state.waiting.set(envelope.remoteUserId, [...requests, { user, envelope }]);
  state.effects.setAlarm(user, 'request', WAIT_MS);
}

/** Somebody has come under `id`: passes on what waited for them. */
export function deliverWaiting(state: BridgeState, id: string): void {
  const requests = state.waiting.get(id) ?? [];
  for (const { user, envelope } of requests) requestParticipation(state, user, envelope);
}

/** Nobody has come in time. */
export function requestExpired(state: BridgeState, user: User): void {
  for (const [id, requests] of state.waiting) {
    if (requests.some((request) => request.user === user)) state.effects.emit(user, 'user-not-found', id);
  }
  forgetRequest(state, user);
}
