import { UserId } from '../../protocol/ids.ts';
import { EventName, Extra } from '../../protocol/signalling/bridge-events.ts';
import { type Handler, parse, refuse } from './handler.ts';
import { takeExtra } from './page-token.ts';
import { isFree, rename } from './rename.ts';
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
  takeExtra(user, extra);
  const room = roomOf(state, user);
  if (room?.owner === user.id) room.extra = user.extra;
  for (const id of company(state, user)) tell(state, id, 'extra-data-updated', user.id, user.extra);
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
    if (!isFree(state, user, id)) {
      refuse(state, user, 'id-taken', { wanted: id });
      return undefined;
    }
    rename(state, user, id);
  }
  deliverWaiting(state, user.id);
  return [];
};

const setCustomEvent: Handler = (state, user, [raw]) => {
  const name = parse(state, user, EventName, raw);
  if (name === undefined) return undefined;
  if (user.customEvents.size < MAX_CUSTOM_EVENTS) user.customEvents.add(name);
  else refuse(state, user, 'too-many-names');
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
