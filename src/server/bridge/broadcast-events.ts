import { UserId } from '../../protocol/ids.ts';
import { BroadcastRequest } from '../../protocol/signalling/bridge-events.ts';
import {
  initiatorOf,
  leaveBroadcast,
  membersOf,
  relayFor,
  stopReceiving,
  tellViewerCount,
  viewerCount,
} from './broadcast-tree.ts';
import { type Handler, parse, refuse } from './handler.ts';
import { isFree, rename } from './rename.ts';
import type { BroadcastPlace } from './state.ts';

const joinBroadcast: Handler = (state, user, [raw]) => {
  if (user.relayLimit === null) return undefined;
  const request = parse(state, user, BroadcastRequest, raw);
  if (!request) return undefined;
  const { broadcastId: id, typeOfStreams, userid = user.id } = request;
  // Whoever begins a broadcast takes its id by this event.
  if (userid !== user.id) {
    if (!isFree(state, user, userid)) {
      refuse(state, user, 'id-taken', { wanted: userid });
      return undefined;
    }
    rename(state, user, userid);
  }
  if (user.broadcast !== null && user.broadcast.id !== id) leaveBroadcast(state, user);
  const place = (isInitiator: boolean): BroadcastPlace => {
    return { id, isInitiator, typeOfStreams, from: null, to: new Set(), canRelay: false };
  };
  if (user.id === id) {
    if (user.broadcast === null) {
      user.broadcast = place(true);
      tellViewerCount(state, id);
    }
    state.effects.emit(user, 'start-broadcasting', user.broadcast.typeOfStreams);
    return undefined;
  }
  const relay = relayFor(state, id, user);
  if (!relay?.broadcast) {
    state.effects.emit(user, 'broadcast-stopped', id);
    return undefined;
  }
  const isNew = user.broadcast === null;
  user.broadcast ??= place(false);
  stopReceiving(state, user);
  user.broadcast.from = relay.id;
  relay.broadcast.to.add(user.id);
  if (isNew) tellViewerCount(state, id);
  const streams = initiatorOf(state, id)?.broadcast?.typeOfStreams ?? typeOfStreams;
  state.effects.emit(user, 'join-broadcaster', { typeOfStreams: streams, userid: relay.id, broadcastId: id });
  return undefined;
};

const canRelay =
  (can: boolean): Handler =>
  (_state, user) => {
    if (user.broadcast) user.broadcast.canRelay = can;
    return undefined;
  };

/** A message to all who are in the same broadcast. */
const broadcastMessage: Handler = (state, user, [message]) => {
  if (!user.broadcast) return undefined;
  for (const { user: other } of membersOf(state, user.broadcast.id))
    if (other !== user) state.effects.emit(other, 'scalable-broadcast-message', message);
  return undefined;
};

const checkPresence: Handler = (state, user, [raw]) => {
  const id = parse(state, user, UserId, raw);
  return [id !== undefined && initiatorOf(state, id) !== undefined];
};

const numberOfUsers: Handler = (state, user, [raw]) => {
  const id = parse(state, user, UserId, raw);
  return [id === undefined ? 0 : viewerCount(state, id)];
};

/** Events of scalable broadcasts (docs/protocol.md). */
export const broadcastEvents: [event: string, handler: Handler][] = [
  ['join-broadcast', joinBroadcast],
  ['can-relay-broadcast', canRelay(true)],
  ['can-not-relay-broadcast', canRelay(false)],
  ['scalable-broadcast-message', broadcastMessage],
  ['check-broadcast-presence', checkPresence],
  ['get-number-of-users-in-specific-broadcast', numberOfUsers],
];
