import { z } from 'zod';
import { ConnectionId, RoomName } from '../ids.ts';

/** How a room shows its people: `gallery` = each sees every other one, `speaker` = all see the speaker. */
export const Layout = z.enum(['gallery', 'speaker']);
/** See {@link Layout}. */
export type Layout = z.infer<typeof Layout>;

/** Whom people hear: `mix` = each every other one, `speaker` = all the speaker, who hears nobody. Whatever the layout. */
export const Sound = z.enum(['mix', 'speaker']);
/** See {@link Sound}. */
export type Sound = z.infer<typeof Sound>;

/** The states of a connection. */
export const ConnectionState = z.enum(['waiting', 'joining', 'negotiating', 'connected', 'closed']);
/** See {@link ConnectionState}. */
export type ConnectionState = z.infer<typeof ConnectionState>;

/** A connection as the API shows it; `since` = when it came into this state (ISO 8601, UTC), `user` = the page's id. */
export const ConnectionResource = z.object({
  id: ConnectionId,
  state: ConnectionState,
  user: z.string().nullable(),
  since: z.iso.datetime(),
});
/** See {@link ConnectionResource}. */
export type ConnectionResource = z.infer<typeof ConnectionResource>;

/** A room as the API shows it. */
export const RoomResource = z.object({
  name: RoomName,
  layout: Layout,
  sound: Sound,
  speaker: ConnectionId.nullable(),
  connections: z.array(ConnectionResource),
});
/** See {@link RoomResource}. */
export type RoomResource = z.infer<typeof RoomResource>;

/** Body of `POST /api/v1/rooms`. */
export const CreateRoom = z.strictObject({
  name: RoomName,
  layout: Layout.default('gallery'),
  sound: Sound.default('mix'),
  connections: z.array(ConnectionId).max(1000).default([]),
});
/** See {@link CreateRoom}. */
export type CreateRoom = z.infer<typeof CreateRoom>;

/** Body of `PATCH /api/v1/rooms/{name}`. */
export const ChangeRoom = z
  .strictObject({ layout: Layout.optional(), sound: Sound.optional() })
  .refine((change) => Object.keys(change).length > 0, 'nothing is to be changed');
/** See {@link ChangeRoom}. */
export type ChangeRoom = z.infer<typeof ChangeRoom>;
/** Body of `PUT /api/v1/rooms/{name}/speaker`. */
export const SetSpeaker = z.strictObject({ connection: ConnectionId });
/** Body of `POST /api/v1/rooms/{name}/connections`. */
export const AddConnection = z.strictObject({ id: ConnectionId });

/** An error as the API answers it: RFC 9457 problem details, with our stable `code`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
});
/** See {@link Problem}. */
export type Problem = z.infer<typeof Problem>;
