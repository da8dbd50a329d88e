import { settlePlace } from '../../access/caller.ts';
import type { Gate } from '../gate.ts';
import type { OperationHandlers } from '../routes.ts';
import { addressOf, type FindRooms } from './rooms-api.ts';

/** Answers the operations of the tag `joining`. */
export function joiningHandlers(rooms: FindRooms, gate: Gate): OperationHandlers {
  return {
    joinRoom: async ({ params: { name }, body, caller }, reply, request) => {
      const origin = gate.originOf(request);
      const place = await rooms().joinRoom(name, settlePlace(caller, body));
      reply.header('location', addressOf(name, 'connections', place.connection));
      return { ...place, url: gate.access.placeUrl(place, origin) };
    },
  };
}
