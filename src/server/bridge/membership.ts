import { leaveBroadcast } from './broadcast-tree.ts';
import { type BridgeRoom, type BridgeState, isConnectionRoom, roomOf, tell, type User } from './state.ts';

/** Notes that two users talk to each other; both are told the first time, the one who spoke first. */
export function link(state: BridgeState, from: User, to: User): void {
  if (from.links.has(to.id)) return;
  from.links.add(to.id);
  to.links.add(from.id);
  state.effects.emit(from, 'user-connected', to.id);
  state.effects.emit(to, 'user-connected', from.id);
}

/** Forgets that two users talk to each other. */
export function unlink(from: User, to: User): void {
  from.links.delete(to.id);
  to.links.delete(from.id);
}

/** Takes a user out of its room, and hands on or ends the room if it was the user's. */
export function leaveRoom(state: BridgeState, user: User): void {
  const room = roomOf(state, user);
  user.roomId = null;
  if (!room) return;
  room.participants = room.participants.filter((id) => id !== user.id);
  if (room.owner !== user.id) return;
  const heir = room.autoClose ? undefined : room.participants.find((id) => state.users.get(id)?.lost === false);
  if (heir === undefined) {
    endRoom(state, room);
    return;
  }
  room.owner = heir;
  tell(state, heir, 'set-isInitiator-true', room.id);
}

/** Ends a room; whoever is still in it is in no room from now on. */
export function endRoom(state: BridgeState, room: BridgeRoom): void {
  state.rooms.delete(room.id);
  for (const id of room.participants) {
    const participant = state.users.get(id);
    if (participant?.roomId === room.id) participant.roomId = null;
  }
}

/** Whether a room would be full for one more; users whose sockets are lost do not count, except its owner. */
export function isFull(state: BridgeState, room: BridgeRoom): boolean {
  const present = room.participants.filter((id) => id === room.owner || state.users.get(id)?.lost === false);
  return present.length >= room.maxParticipants;
}

/** Whether one more may come in; if users whose sockets are lost stand in the way, they are gone from now on. */
export function claimSeat(state: BridgeState, room: BridgeRoom): boolean {
  if (isFull(state, room)) return false;
  if (room.participants.length >= room.maxParticipants) removeLost(state, room.participants, room.owner);
  return room.participants.length < room.maxParticipants;
}

/** The same for a user without a room: a legacy page counts those that it talks to. */
export function claimPlace(state: BridgeState, host: User, user: User): boolean {
  if (host.links.has(user.id) || host.links.size < host.maxParticipants) return true;
  removeLost(state, host.links, host.id);
  return host.links.size < host.maxParticipants;
}

function removeLost(state: BridgeState, ids: Iterable<string>, except: string): void {
  for (const id of [...ids]) {
    const user = state.users.get(id);
    if (user?.lost === true && id !== except) removeUser(state, user);
  }
}

/** Puts a user into a room; it leaves the one it is in, and waits for nobody any more. */
export function enterRoom(state: BridgeState, user: User, room: BridgeRoom): void {
  forgetRequest(state, user);
  if (user.roomId !== room.id) leaveRoom(state, user);
  if (!room.participants.includes(user.id)) room.participants.push(user.id);
  user.roomId = room.id;
}

/** A user is gone for good: everybody it talked to is told once, and everything about it is forgotten. */
export function removeUser(state: BridgeState, user: User): void {
  if (state.users.get(user.id) !== user) return;
  state.users.delete(user.id);
  leaveBroadcast(state, user);
  sayLastWords(state, user);
  const heir = heirOf(state, user);
  const room = roomOf(state, user);
  // The two of a connection are told even if one has asked and the other not answered yet.
  const others = new Set([...user.links, ...(room && isConnectionRoom(room) ? room.participants : [])]);
  for (const id of others) {
    const other = state.users.get(id);
    if (!other) continue;
    unlink(user, other);
    for (const gone of [user.id, ...user.virtualIds]) state.effects.emit(other, 'user-disconnected', gone);
  }
  leaveRoom(state, user);
  if (heir !== undefined) tell(state, heir, 'become-next-modrator', user.sessionId ?? user.id);
  for (const id of user.virtualIds) state.virtualIds.delete(id);
  forgetRequest(state, user);
  user.guestOf = null; // a guest of a guest of a guest … would never be forgotten
  state.effects.gone(user);
}

/** Says what a legacy page wanted to have said when it has gone. */
function sayLastWords(state: BridgeState, user: User): void {
  const envelope = user.lastWords;
  const receiver = envelope && state.users.get(envelope.remoteUserId);
  user.lastWords = null;
  if (receiver && user.links.has(receiver.id))
    state.effects.emit(receiver, receiver.messageEvent, { ...envelope, extra: user.extra });
}

/** Who takes the place of a legacy page, which is its own room: the first of those that it has talked to. */
function heirOf(state: BridgeState, user: User): string | undefined {
  if (!user.handsOn || user.roomId !== null) return undefined;
  return [...user.links].find((id) => state.users.get(id)?.lost === false);
}

/** Drops what the user waits for. */
export function forgetRequest(state: BridgeState, user: User): void {
  for (const [id, requests] of state.waiting) {
    const rest = requests.filter((request) => request.user !== user);
    if (rest.length === requests.length) continue;
    state.effects.setAlarm(user, 'request', null);
    if (rest.length > 0) state.waiting.set(id, rest);
    else state.waiting.delete(id);
  }
}
