import { type BridgeState, type BroadcastPlace, tell, type User } from './state.ts';

/** Whether a user is in a scalable broadcast. */
export function isInBroadcast(user: User): boolean {
  return user.broadcast !== null;
}

/** Whether the broadcast has told a user to receive from the other. */
export function isRelayOf(receiver: User, id: string): boolean {
  return receiver.broadcast?.from === id;
}

/** Who is in a broadcast. */
export function* membersOf(state: BridgeState, id: string): Generator<{ user: User; place: BroadcastPlace }> {
  for (const user of state.users.values()) if (user.broadcast?.id === id) yield { user, place: user.broadcast };
}

/** Who has begun a broadcast and is still there. */
export function initiatorOf(state: BridgeState, id: string): User | undefined {
  const user = state.users.get(id);
  return user?.broadcast?.isInitiator === true && user.broadcast.id === id ? user : undefined;
}

/** How many are in a broadcast, without its initiator. */
export function viewerCount(state: BridgeState, id: string): number {
  return [...membersOf(state, id)].filter(({ place }) => !place.isInitiator).length;
}

/** Tells the initiator how many there are. */
export function tellViewerCount(state: BridgeState, id: string): void {
  if (!initiatorOf(state, id)) return;
  const update = { numberOfBroadcastViewers: viewerCount(state, id), broadcastId: id };
  tell(state, id, 'number-of-broadcast-viewers-updated', update);
}

function hasRoom({ broadcast, relayLimit }: User): boolean {
  return broadcast !== null && broadcast.to.size < (relayLimit ?? 2);
}

/** Whether a user receives from `id`, directly or through others; the way ends at the initiator. */
function receivesFrom(state: BridgeState, user: User, id: string): boolean {
  const fromOf = (one: User | undefined) => one?.broadcast?.from ?? null;
  for (let from = fromOf(user); from !== null; from = fromOf(state.users.get(from))) if (from === id) return true;
  return false;
}

/**
 * Whom a newcomer receives from: the initiator as long as it has room, else one that already passes it on, so that a branch is
 * filled before the next is begun, else the first that says it can, else the initiator all the same. Never one that receives from
 * the newcomer itself.
 */
export function relayFor(state: BridgeState, id: string, newcomer: User): User | undefined {
  const initiator = initiatorOf(state, id);
  if (!initiator || hasRoom(initiator)) return initiator;
  const mayRelay = ({ user, place }: { user: User; place: BroadcastPlace }) =>
    user !== newcomer && place.canRelay && hasRoom(user) && !user.lost && !receivesFrom(state, user, newcomer.id);
  const members = [...membersOf(state, id)].filter(mayRelay);
  const busy = members.find(({ place }) => place.to.size > 0);
  return (busy ?? members[0])?.user ?? initiator;
}

/** A user receives from nobody any more. */
export function stopReceiving(state: BridgeState, { id, broadcast }: User): void {
  if (typeof broadcast?.from !== 'string') return;
  state.users.get(broadcast.from)?.broadcast?.to.delete(id);
  broadcast.from = null;
}

/** A user leaves its broadcast. It ends with its initiator; whoever has received from another looks for somebody new. */
export function leaveBroadcast(state: BridgeState, user: User): void {
  const { id } = user;
  const place = user.broadcast;
  if (!place) return;
  user.broadcast = null;
  if (place.isInitiator) {
    for (const member of membersOf(state, place.id)) {
      member.user.broadcast = null;
      state.effects.emit(member.user, 'broadcast-stopped', place.id);
    }
    return;
  }
  if (place.from !== null) state.users.get(place.from)?.broadcast?.to.delete(id);
  for (const receiver of place.to) {
    const other = state.users.get(receiver);
    if (other?.broadcast?.from !== id) continue;
    other.broadcast.from = null;
    other.broadcast.canRelay = false;
    state.effects.emit(other, 'rejoin-broadcast', place.id);
  }
  tellViewerCount(state, place.id);
}
