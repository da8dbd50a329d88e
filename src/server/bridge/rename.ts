import { leaveBroadcast } from './broadcast-tree.ts';
import { forgetRequest } from './membership.ts';
import { type BridgeState, roomOf, type User } from './state.ts';

/** Whether a user may take an id: nobody has it, and no room of somebody else. */
export function isFree(state: BridgeState, user: User, id: string): boolean {
  const room = state.rooms.get(id);
  return !state.users.has(id) && !state.virtualIds.has(id) && (!room || room.owner === user.id);
}

/** Gives a user another id, which must be free. A broadcast that it is in is left. */
export function rename(state: BridgeState, user: User, id: string): void {
  const old = user.id;
  leaveBroadcast(state, user);
  forgetRequest(state, user); // it names the old id as its sender
  state.users.delete(old);
  user.id = id;
  state.users.set(id, user);
  for (const other of user.links) {
    const links = state.users.get(other)?.links;
    if (links?.delete(old) === true) links.add(id);
  }
  const room = roomOf(state, user);
  if (room) {
    room.participants = room.participants.map((participant) => (participant === old ? id : participant));
    if (room.owner === old) room.owner = id;
  }
  for (const virtualId of user.virtualIds) state.virtualIds.set(virtualId, id);
}
