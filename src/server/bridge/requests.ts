import { Password } from '../../protocol/signalling/bridge-events.ts';
import type { Envelope } from '../../protocol/signalling/peer-message.ts';
import { enterRoom, forgetRequests, hasSeat } from './membership.ts';
import { samePassword } from './room-events.ts';
import { type BridgeRoom, type BridgeState, isConnectionRoom, type User } from './state.ts';

/** A legacy page waits this long for somebody to come. */
const WAIT_MS = 10 * 60_000;

/** A page asks to take part: to be passed to those who are there, or kept until somebody is. */
export function requestParticipation(state: BridgeState, user: User, envelope: Envelope): void {
  const id = envelope.remoteUserId;
  const room = state.rooms.get(id);
  const host = state.users.get(id);
  if (room) requestInRoom(state, user, room, envelope);
  else if (host) requestOfUser(state, user, host, envelope);
  else keepRequest(state, user, envelope);
}

function requestInRoom(state: BridgeState, user: User, room: BridgeRoom, envelope: Envelope): void {
  // Legacy pages know no join-room: their request is it.
  if (!room.participants.includes(user.id) && !admit(state, user, room, envelope)) return;
  const toOwnerOnly = isConnectionRoom(room) || room.session.oneway === true || room.session.broadcast === true;
  const receivers = toOwnerOnly ? [room.owner] : room.participants;
  for (const id of receivers) if (id !== user.id) deliver(state, id, { ...envelope, remoteUserId: id });
}

function admit(state: BridgeState, user: User, room: BridgeRoom, envelope: Envelope): boolean {
  if (!passwordFits(state, user, room.id, room.password, envelope)) return false;
  if (!hasSeat(state, room)) {
    state.emit(user.id, 'room-full', room.id);
    return false;
  }
  enterRoom(state, user, room);
  return true;
}

function passwordFits(state: BridgeState, user: User, id: string, password: string, envelope: Envelope): boolean {
  if (password === '') return true;
  const given = Password.parse(envelope.password);
  if (samePassword(password, given)) return true;
  if (given === '') state.emit(user.id, 'join-with-password', id);
  else state.emit(user.id, 'invalid-password', id, given);
  return false;
}

/** A user without a room: a legacy page, whose mesh is all those it has talked to, or a webstreamer that opens no room. */
function requestOfUser(state: BridgeState, user: User, host: User, envelope: Envelope): void {
  if (!passwordFits(state, user, host.id, host.password, envelope)) return;
  if (host.links.size >= host.maxParticipants && !host.links.has(user.id)) {
    state.emit(user.id, 'room-full', host.id);
    return;
  }
  const others = user.oneToMany || host.autoClose ? [] : [...host.links];
  for (const id of [host.id, ...others]) if (id !== user.id) deliver(state, id, { ...envelope, remoteUserId: id });
}

function keepRequest(state: BridgeState, user: User, envelope: Envelope): void {
  forgetRequests(state, user);
  const requests = state.waiting.get(envelope.remoteUserId) ?? [];
  requests.push({ user: user.id, envelope, expiresAtMs: state.now() + WAIT_MS });
  state.waiting.set(envelope.remoteUserId, requests);
}

/** Somebody has come under `id`: passes on what waited for them. */
export function deliverWaiting(state: BridgeState, id: string): void {
  const requests = state.waiting.get(id) ?? [];
  state.waiting.delete(id);
  for (const { user: userId, envelope, expiresAtMs } of requests) {
    const user = state.users.get(userId);
    if (user && expiresAtMs > state.now()) requestParticipation(state, user, envelope as Envelope);
  }
}

function deliver(state: BridgeState, to: string, envelope: Envelope): void {
  const receiver = state.users.get(to);
  if (receiver) state.emit(to, receiver.messageEvent, envelope);
}
