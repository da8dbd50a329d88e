import { broadcastEvents } from './broadcast-events.ts';
import type { Ack, Handler } from './handler.ts';
import { moderatorEvents } from './moderators.ts';
import { peerEvents, peerMessage } from './peer-messages.ts';
import { heardOf } from './presence.ts';
import { roomEvents } from './room-events.ts';
import type { BridgeState, User } from './state.ts';
import { customEvent, userEvents } from './user-events.ts';

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ...roomEvents,
  ...peerEvents,
  ...userEvents,
  ...moderatorEvents,
  ...broadcastEvents,
]);

/** What an event is, in a closed list of words: its name, or `peer-message`, `custom` or `unknown`. */
export function kindOf(user: User, event: string): string {
  if (HANDLERS.has(event)) return event;
  if (event === user.messageEvent) return 'peer-message';
  return user.customEvents.has(event) ? 'custom' : 'unknown';
}

/** Handles one event of a user; answers what its acknowledgement is called with. */
export function dispatch(state: BridgeState, user: User, event: string, args: readonly unknown[]): Ack {
  const ack = handle(state, user, event, args);
  heardOf(state, user);
  return ack;
}

function handle(state: BridgeState, user: User, event: string, args: readonly unknown[]): Ack {
  const handler = HANDLERS.get(event);
  if (handler) return handler(state, user, args);
  if (event === user.messageEvent) return peerMessage(state, user, args);
  if (user.customEvents.has(event)) customEvent(state, user, event, args);
  return undefined;
}
