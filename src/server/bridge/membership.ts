import type { BridgeRoom, BridgeState, User } from './state.ts';

/** Notes that two users talk to each other; both are told the first time, the one who spoke first. */
export function link(state: BridgeState, from: User, to: User): void {
  if (from.links.has(to.id)) return;
  from.links.add(to.id);
  to.links.add(from.id);
  state.emit(from.id, 'user-connected', to.id);
  state.emit(to.id, 'user-connected', from.id);
}

/** Forgets that two users talk to each other. */
export function unlink(from: User, to: User): void {
  from.links.delete(to.id);
  to.links.delete(from.id);
}

/** Takes a user out of its room, and hands on or ends the room if it was the user's. */
export function leaveRoom(state: BridgeState, user: User): void {
  const room = user.roomId === null ? undefined : state.rooms.get(user.roomId);
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
  state.emit(heir, 'set-isInitiator-true', room.id);
}

/** Ends a room; whoever is still in it is in no room from now on. */
export function endRoom(state: BridgeState, room: BridgeRoom): void {
  state.rooms.delete(room.id);
  for (const id of room.participants) {
    const participant = state.users.get(id);
    if (participant?.roomId === room.id) participant.roomId = null;
  }
}

/** Whether one more may come in. Users whose sockets are lost never stand in the way: they are gone from now on. */
export function hasSeat(state: BridgeState, room: BridgeRoom): boolean {
  if (room.participants.length < room.maxParticipants) return true;
  for (const id of room.participants) {
    const participant = state.users.get(id);
    if (participant?.lost === true && id !== room.owner) removeUser(state, participant);
  }
  return room.participants.length < room.maxParticipants;
}

/** Puts a user into a room; it leaves the one it is in. */
export function enterRoom(state: BridgeState, user: User, room: BridgeRoom): void {
  if (user.roomId !== room.id) leaveRoom(state, user);
  if (!room.participants.includes(user.id)) room.participants.push(user.id);
  user.roomId = room.id;
}

/** A user is gone for good: everybody it talked to is told once, and everything about it is forgotten. */
export function removeUser(state: BridgeState, user: User): void {
  if (state.users.get(user.id) !== user) return;
  state.users.delete(user.id);
  for (const id of user.links) {
    const other = state.users.get(id);
    if (!other) continue;
    unlink(user, other);
    for (const gone of [user.id, ...user.virtualIds]) state.emit(other.id, 'user-disconnected', gone);
  }
  leaveRoom(state, user);
  for (const id of user.virtualIds) state.virtualIds.delete(id);
  forgetRequests(state, user);
}

/** Drops what the user waits for. */
export function forgetRequests(state: BridgeState, user: User): void {
  for (const [id, requests] of state.waiting) {
    const rest = requests.filter((request) => request.user !== user.id);
    if (rest.length > 0) state.waiting.set(id, rest);
    else state.waiting.delete(id);
  }
}
