import { settlePlace } from '../../access/caller.ts';
import type { OperationHandlers } from '../routes.ts';
import { addressOf, type FindRooms } from './rooms-api.ts';

/** Answers the operations of the tag `joining`. */
export function joiningHandlers(rooms: FindRooms): OperationHandlers {
  return {
    joinRoom: async ({ params: { name }, body, caller }, reply) => {
      const place = await rooms().joinRoom(name, settlePlace(caller, body));
      reply.header('location', addressOf(name, 'connections', place.connection));
      return place;
    },
  };
}
