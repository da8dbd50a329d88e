import { UserId } from '../../protocol/ids.ts';
import { EventName, Extra } from '../../protocol/signalling/bridge-events.ts';
import { type Handler, parse, refuse } from './handler.ts';
import { forgetRequest } from './membership.ts';
import { deliverWaiting } from './requests.ts';
import { type BridgeState, roomOf, tell, type User } from './state.ts';

const MAX_CUSTOM_EVENTS = 20;

/** Everybody who shares a room or has talked with the user, once each. */
function company(state: BridgeState, user: User): Set<string> {
  const ids = new Set([...user.links, ...(roomOf(state, user)?.participants ?? [])]);
  ids.delete(user.id);
  return ids;
}

const extraDataUpdated: Handler = (state, user, [raw]) => {
  const extra = parse(state, user, Extra, raw);
  if (!extra) return undefined;
  user.extra = extra;
  const room = roomOf(state, user);
  if (room?.owner === user.id) room.extra = extra;
  for (const id of company(state, user)) tell(state, id, 'extra-data-updated', user.id, extra);
  return undefined;
};

const getRemoteUserExtraData: Handler = (state, user, [raw]) => {
  const id = parse(state, user, UserId, raw);
  const other = id === undefined ? undefined : state.users.get(id);
  return [other ? other.extra : 'User ID does not exist'];
};

const changedUuid: Handler = (state, user, [raw]) => {
  const id = parse(state, user, UserId, raw);
  if (id === undefined) return undefined;
  if (id !== user.id) {
    const room = state.rooms.get(id);
    if (state.users.has(id) || state.virtualIds.has(id) || (room && room.owner !== user.id)) {
      refuse(state, user, 'somebody has the new id', { wanted: id });
      return undefined;
    }
    rename(state, user, id);
  }
  deliverWaiting(state, user.id);
  return [];
};

function rename(state: BridgeState, user: User, id: string): void {
  const old = user.id;
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

const setCustomEvent: Handler = (state, user, [raw]) => {
  const name = parse(state, user, EventName, raw);
  if (name === undefined) return undefined;
  if (user.customEvents.size < MAX_CUSTOM_EVENTS) user.customEvents.add(name);
  else refuse(state, user, 'it listens to too many events of its own');
  return undefined;
};

/** An event of the page's own: passed on to those it is in company with, never to the whole server. */
export function customEvent(state: BridgeState, user: User, event: string, args: readonly unknown[]): void {
  for (const id of company(state, user)) {
    // Under the name of the other's peer messages it could pretend to be anybody.
    if (state.users.get(id)?.messageEvent !== event) tell(state, id, event, ...args);
  }
}

/** Events about a user. */
export const userEvents: [event: string, handler: Handler][] = [
  ['extra-data-updated', extraDataUpdated],
  ['get-remote-user-extra-data', getRemoteUserExtraData],
  ['changed-uuid', changedUuid],
  ['set-custom-socket-event-listener', setCustomEvent],
];
