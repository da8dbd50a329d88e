import { broadcastEvents } from '../../../src/server/bridge/broadcast-events.ts';
import { moderatorEvents } from '../../../src/server/bridge/moderators.ts';
import { peerEvents } from '../../../src/server/bridge/peer-messages.ts';
import { roomEvents } from '../../../src/server/bridge/room-events.ts';
import { userEvents } from '../../../src/server/bridge/user-events.ts';

/** The names of the events that the bridge handles under names of its own. */
export const HANDLED_EVENTS: readonly string[] = [
  ...roomEvents,
  ...peerEvents,
  ...userEvents,
  ...moderatorEvents,
  ...broadcastEvents,
].map(([event]) => event);
