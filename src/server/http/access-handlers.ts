import { WebstreamerError } from '../../protocol/errors.ts';
import type { RoomResource } from '../../protocol/http-api/room.ts';
import type { Caller } from '../access/caller.ts';
import type { Gate } from './gate.ts';
import type { OperationHandler, OperationHandlers } from './routes.ts';

/** The longest that a timer of Node can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The room that events are told of: the one that was asked for, or the only one that the caller may see. */
function roomFor({ room }: Caller, asked: string | undefined): string | undefined {
  if (room === null || asked === room) return asked;
  if (asked !== undefined)
    throw new WebstreamerError('not-allowed', `The key or the token is for the room ${room} only`);
  return room;
}

/** Tells a caller of events that they may know of, and for no longer than they may. */
export function eventsForCaller(gate: Gate, stream: OperationHandler<'readEvents'>): OperationHandler<'readEvents'> {
  return (input, reply, request) => {
    const { caller, query } = input;
    const room = roomFor(caller, query.room);
    const stopWatching = gate.access.whenRevoked(caller, () => reply.raw.destroy());
    reply.raw.on('close', stopWatching);
    if (caller.expiresAtMs !== null) {
      const timer = setTimeout(() => reply.raw.destroy(), Math.min(caller.expiresAtMs - Date.now(), LONGEST_TIMER_MS));
      reply.raw.on('close', () => {
        clearTimeout(timer);
      });
    }
    return stream({ ...input, query: room === undefined ? query : { ...query, room } }, reply, request);
  };
}

/** What callers may do, and links that others may join by. `getRoom` throws when there is no such room. */
export function accessHandlers(
  gate: Gate,
  getRoom: (name: string) => RoomResource | Promise<RoomResource>,
): OperationHandlers {
  return {
    getAccess: ({ caller }) => gate.access.describe(caller),
    makeLink: async ({ params: { name }, body, caller }, _reply, request) => {
      await getRoom(name);
      return gate.access.makeLink(name, body, caller, gate.originOf(request));
    },
    listLinks: async ({ params: { name } }) => {
      await getRoom(name);
      return gate.access.listLinks(name);
    },
    revokeLinks: async ({ params: { name } }) => {
      await getRoom(name);
      gate.access.revokeLinks(name);
    },
    revokeLink: async ({ params: { name, id } }) => {
      await getRoom(name);
      gate.access.revokeLinks(name, id);
    },
  };
}
