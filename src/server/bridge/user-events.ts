import { z } from 'zod';
import { UserId } from '../../protocol/ids.ts';
import { Extra } from '../../protocol/signalling/bridge-events.ts';
import type { Handler } from './handler.ts';
import { deliverWaiting } from './requests.ts';
import type { BridgeState, User } from './state.ts';

const MAX_CUSTOM_EVENTS = 20;

/** Everybody who shares a room or has talked with the user, once each. */
function company(state: BridgeState, user: User): Set<string> {
  const room = user.roomId === null ? undefined : state.rooms.get(user.roomId);
  const ids = new Set([...user.links, ...(room?.participants ?? [])]);
  ids.delete(user.id);
  return ids;
}

const extraDataUpdated: Handler = (state, user, [extra]) => {
  const parsed = Extra.safeParse(extra);
  if (!parsed.success) return undefined;
  user.extra = parsed.data;
  const room = user.roomId === null ? undefined : state.rooms.get(user.roomId);
  if (room?.owner === user.id) room.extra = parsed.data;
  for (const id of company(state, user)) state.emit(id, 'extra-data-updated', user.id, user.extra);
  return undefined;
};

const getRemoteUserExtraData: Handler = (state, _user, [id]) => {
  const parsed = UserId.safeParse(id);
  const other = parsed.success ? state.users.get(parsed.data) : undefined;
  return other ? [other.extra] : ['User ID does not exist'];
};

const changedUuid: Handler = (state, user, [id]) => {
  const parsed = UserId.safeParse(id);
  if (!parsed.success) return undefined;
  if (parsed.data !== user.id) {
    const taken = state.users.has(parsed.data) || state.virtualIds.has(parsed.data);
    const room = state.rooms.get(parsed.data);
    if (taken || (room && room.owner !== user.id)) {
      state.logger.warn({ user: user.id, wanted: parsed.data }, 'a new id is refused: somebody has it');
      return undefined;
    }
    rename(state, user, parsed.data);
  }
  deliverWaiting(state, user.id);
  return [];
};

function rename(state: BridgeState, user: User, id: string): void {
  const old = user.id;
  state.users.delete(old);
  user.id = id;
  state.users.set(id, user);
  for (const other of user.links) {
    const links = state.users.get(other)?.links;
    if (links?.delete(old) === true) links.add(id);
  }
  const room = user.roomId === null ? undefined : state.rooms.get(user.roomId);
  if (room) {
    room.participants = room.participants.map((participant) => (participant === old ? id : participant));
    if (room.owner === old) room.owner = id;
  }
  for (const virtualId of user.virtualIds) state.virtualIds.set(virtualId, id);
  for (const request of [...state.waiting.values()].flat()) if (request.user === old) request.user = id;
}

const setCustomEvent: Handler = (_state, user, [name]) => {
  const parsed = z.string().min(1).max(128).safeParse(name);
  if (parsed.success && user.customEvents.size < MAX_CUSTOM_EVENTS) user.customEvents.add(parsed.data);
  return undefined;
};

/** An event of the page's own: passed on to those it is in company with, never to the whole server. */
export function customEvent(state: BridgeState, user: User, event: string, args: readonly unknown[]): void {
  for (const id of company(state, user)) state.emit(id, event, ...args);
}

/** Events about a user. */
export const userEvents: [event: string, handler: Handler][] = [
  ['extra-data-updated', extraDataUpdated],
  ['get-remote-user-extra-data', getRemoteUserExtraData],
  ['changed-uuid', changedUuid],
  ['set-custom-socket-event-listener', setCustomEvent],
];
