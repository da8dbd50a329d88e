import type { ConnectionState } from '../../protocol/http-api/room.ts';

/** What moves a connection from one state to another. */
export const CONNECTION_EVENTS = [
  'asked', // a page asks to join; also the page that is there already
  'offered', // the first offer of an endpoint is on its way to the page
  'connected', // media can flow both ways
  'invited', // the media ended, and the page is called again
  'freed', // the user is gone; the seat is free
  'closed', // the connection ends for good
] as const;
/** See {@link CONNECTION_EVENTS}. */
export type ConnectionEvent = (typeof CONNECTION_EVENTS)[number];

const TABLE: Record<ConnectionState, Partial<Record<ConnectionEvent, ConnectionState>>> = {
  waiting: { asked: 'joining', closed: 'closed' },
  joining: { asked: 'joining', offered: 'negotiating', invited: 'joining', freed: 'waiting', closed: 'closed' },
  negotiating: {
    asked: 'joining',
    offered: 'negotiating',
    connected: 'connected',
    invited: 'negotiating',
    freed: 'waiting',
    closed: 'closed',
  },
  connected: { asked: 'joining', invited: 'negotiating', freed: 'waiting', closed: 'closed' },
  closed: {},
};

/** The state after `event`, or null where that event cannot happen. `docs/lifecycle.md` shows the same table. */
export function next(state: ConnectionState, event: ConnectionEvent): ConnectionState | null {
  return TABLE[state][event] ?? null;
}
