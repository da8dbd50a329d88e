import type { OperationHandlers } from '../routes.ts';
import { addressOf, type FindRooms } from './rooms-api.ts';

/** Answers the operations of the tag `connections`. */
export function connectionHandlers(rooms: FindRooms): OperationHandlers {
  return {
    addConnection: async ({ params: { name }, body: { id } }, reply) => {
      await rooms().addConnection(name, id);
      reply.header('location', addressOf(name, 'connections', id));
      return rooms().getRoom(name);
    },
    changeConnection: async ({ params: { name, id }, body }) => {
      await rooms().changeConnection(name, id, body);
      return rooms().getRoom(name);
    },
    removeConnection: async ({ params: { name, id } }) => {
      await rooms().removeConnection(name, id);
    },
    removeUser: async ({ params: { name, id }, query: { message } }) => {
      await rooms().removeUser(name, id, message);
    },
  };
}
