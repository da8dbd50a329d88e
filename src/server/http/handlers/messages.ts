import type { OperationHandlers } from '../routes.ts';
import type { FindRooms } from './rooms-api.ts';

/** Answers the operations of the tag `messages`. */
export function messageHandlers(rooms: FindRooms): OperationHandlers {
  return {
    listMessages: ({ params: { name }, query }) => rooms().listMessages(name, query),
    postMessage: ({ params: { name }, body }) => rooms().postMessage(name, body),
  };
}
