import { z } from 'zod';
import { ConnectionId, RoomName } from '../ids.ts';
import { MessageResource } from './chat.ts';
import { ConnectionResource, RoomResource } from './room.ts';

const Room = { room: RoomName };
const Connection = { ...Room, connection: ConnectionResource };

/** Everything that the API tells of by itself; `docs/events.md` has a row for each. `room` = the name of the room it happened in. */
export const ApiEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('room-created'), ...Room, resource: RoomResource }),
  /** Its settings, or who has the floor. */
  z.object({ type: z.literal('room-changed'), ...Room, resource: RoomResource }),
  z.object({ type: z.literal('room-deleted'), ...Room }),
  z.object({ type: z.literal('connection-added'), ...Connection }),
  /** Its state (then with the reason, if it was not the usual course of a call), its name, or what is muted. */
  z.object({ type: z.literal('connection-changed'), ...Connection, reason: z.string().nullable() }),
  z.object({ type: z.literal('connection-removed'), ...Room, connection: ConnectionId }),
  /** Somebody, or the API, has said something; without its `data` if they have more than 20,000 characters. */
  z.object({ type: z.literal('message'), ...Room, message: MessageResource.partial({ data: true }) }),
  /** The server takes in nobody any more; who is there may stay until `endsAt`. */
  z.object({ type: z.literal('draining'), ...Room, endsAt: z.iso.datetime() }),
  z.object({ type: z.literal('speaking'), ...Room, connection: ConnectionId, speaking: z.boolean() }),
  /** How loud people are, in dBov (0 is the loudest, -127 silence); those not named are silent. */
  z.object({ type: z.literal('levels'), ...Room, levels: z.record(ConnectionId, z.number()) }),
]);
/** See {@link ApiEvent}. */
export type ApiEvent = z.infer<typeof ApiEvent>;

/** The types of events, in the order of the documentation. */
export const EVENT_TYPES = ApiEvent.options.map(({ shape }) => shape.type.value);

/**
 * An event as it is told: `id` names it for `Last-Event-ID`, null for `levels`, which are not kept; `at` = when it happened (ISO 8601,
 * UTC).
 */
export type TimedEvent = ApiEvent & { id: string | null; at: string };

/**
 * What is told first when the events since `Last-Event-ID` are not known any more (or the server is another one): what a reader knows of
 * the rooms may be wrong, and must be read anew. `id` = where the stream goes on.
 */
export const ResetEvent = z.object({ type: z.literal('reset'), id: z.string(), at: z.iso.datetime() });
/** See {@link ResetEvent}. */
export type ResetEvent = z.infer<typeof ResetEvent>;

/** What comes in the stream of events. */
export type StreamEvent = TimedEvent | ResetEvent;

/**
 * Query of `GET /api/v1/events`. `levels`, which come five times a second, are told only to those who ask for them; `lastEventId` is for
 * those who cannot send the header `Last-Event-ID`, which comes first.
 */
export const EventsQuery = z.strictObject({
  room: RoomName.optional(),
  levels: z.enum(['true', 'false']).default('false'),
  lastEventId: z.string().max(200).optional(),
});
