import { describe, expect, it } from 'vitest';
import { ConnectionState } from '../../../src/protocol/http-api/room.ts';
import { CONNECTION_EVENTS, next } from '../../../src/server/connection/connection-state.ts';

describe('the states of a connection', () => {
  const legal: Record<string, Record<string, string>> = {
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
  const pairs = ConnectionState.options.flatMap((state) => CONNECTION_EVENTS.map((event) => ({ state, event })));

  it.each(pairs)('$state, when $event, goes where the table says', ({ state, event }) => {
    expect(next(state, event)).toBe(legal[state]![event] ?? null);
  });
});
