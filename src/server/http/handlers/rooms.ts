import { maySee } from '../../access/caller.ts';
import { cut, linkToNext } from '../next-page.ts';
import type { OperationHandlers } from '../routes.ts';
import { addressOf, type FindRooms } from './rooms-api.ts';

/** Answers the operations of the tag `rooms`. */
export function roomHandlers(rooms: FindRooms): OperationHandlers {
  return {
    listRooms: async ({ query: { after, limit }, caller }, reply) => {
      const asked = caller.room === null ? limit + 1 : Infinity;
      const visible = (await rooms().listRooms({ after, limit: asked })).filter(({ name }) => maySee(caller, name));
      const { items, more } = cut(visible, limit);
      const last = items.at(-1);
      if (more && last !== undefined) linkToNext(reply, addressOf(), last.name, limit);
      return items;
    },
    createRoom: async ({ body }, reply) => {
      await rooms().createRoom(body);
      reply.header('location', addressOf(body.name));
      return rooms().getRoom(body.name);
    },
    getRoom: ({ params: { name } }) => rooms().getRoom(name),
    changeRoom: async ({ params: { name }, body }) => {
      await rooms().changeRoom(name, body);
      return rooms().getRoom(name);
    },
    deleteRoom: async ({ params: { name } }) => {
      await rooms().deleteRoom(name);
    },
    setSpeaker: async ({ params: { name }, body }) => {
      await rooms().setSpeaker(name, body.connection);
      return rooms().getRoom(name);
    },
    clearSpeaker: async ({ params: { name } }) => {
      await rooms().clearSpeaker(name);
    },
  };
}
