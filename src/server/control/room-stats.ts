import type { RoomStats } from '../../protocol/http-api/stats.ts';
import { connectionStats } from './connection-stats.ts';
import type { HeldRoom } from './held-room.ts';

/** How the connections of a room do, over the last seconds; `now` is in milliseconds since 1970. */
export async function roomStats({ room, connections, figures }: HeldRoom, now: () => number): Promise<RoomStats> {
  const { before, after } = await figures.latest();
  const seconds = (after.atMs - before.atMs) / 1000;
  return {
    room: room.name,
    at: new Date(now()).toISOString(),
    connections: [...connections.values()].map(({ id, endpoint }) => {
      const of = (sample: typeof before) => (endpoint === null ? null : (sample.value.get(endpoint) ?? null));
      return connectionStats(id, of(before), of(after), seconds);
    }),
  };
}
