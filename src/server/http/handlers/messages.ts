import { cut, linkToNext } from '../next-page.ts';
import type { OperationHandlers } from '../routes.ts';
import { addressOf, type FindRooms } from './rooms-api.ts';

/** Answers the operations of the tag `messages`. */
export function messageHandlers(rooms: FindRooms): OperationHandlers {
  return {
    listMessages: async ({ params: { name }, query: { after, limit } }, reply) => {
      // Behind the latest there is nothing.
      if (after === undefined) return rooms().listMessages(name, { limit });
      const { items, more } = cut(await rooms().listMessages(name, { after, limit: limit + 1 }), limit);
      const last = items.at(-1);
      if (more && last !== undefined) linkToNext(reply, addressOf(name, 'messages'), last.id, limit);
      return items;
    },
    postMessage: ({ params: { name }, body }) => rooms().postMessage(name, body),
  };
}
