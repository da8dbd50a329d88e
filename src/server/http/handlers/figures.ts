import type { RoomStats, ServerStats } from '../../../protocol/http-api/stats.ts';
import type { OperationHandlers } from '../routes.ts';

/** Where figures come from. */
export interface FiguresApi {
  roomStats(name: string): Promise<RoomStats>;
  serverStats(): Promise<ServerStats>;
  /** A JPEG. */
  picture(name: string, id: string): Promise<Buffer>;
}

/** Answers what rooms, connections and the server are asked of how they do. */
export function figureHandlers(figures: FiguresApi): OperationHandlers {
  return {
    getRoomStats: ({ params: { name } }) => figures.roomStats(name),
    getPicture: async ({ params: { name, id } }, reply) => {
      const jpeg = await figures.picture(name, id);
      return reply.type('image/jpeg').header('cache-control', 'no-store').send(jpeg);
    },
    getStats: () => figures.serverStats(),
  };
}
