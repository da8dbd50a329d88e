import { z } from 'zod';
import { DisplayName } from '../display-name.ts';
import { ConnectionId, RoomName } from '../ids.ts';

/**
 * What a key or a token allows: `operator` = everything, `room-operator` = everything in one room, `read` = to look at rooms, events
 * and figures, `join` = to take part in a room.
 */
export const Scope = z.enum(['operator', 'room-operator', 'read', 'join']);
/** See {@link Scope}. */
export type Scope = z.infer<typeof Scope>;

/** How somebody takes part: `viewer` = sees and hears only, `participant` = is seen and heard, `host` = also operates the room. */
export const Role = z.enum(['viewer', 'participant', 'host']);
/** See {@link Role}. */
export type Role = z.infer<typeof Role>;

/**
 * Body of `POST /api/v1/rooms/{name}/join`. What a join token says of the name and the role comes first. `keepSeconds` = how long the
 * place waits for the page that takes it.
 */
export const JoinRoom = z.strictObject({
  name: DisplayName.optional(),
  role: Role.default('participant'),
  keepSeconds: z.int().min(10).max(900).default(60),
});
/** See {@link JoinRoom}. */
export type JoinRoom = z.infer<typeof JoinRoom>;

/**
 * A place in a room, kept until `expiresAt` (ISO 8601): a page joins the connection with this id. `token` = what the page says in
 * `extra.webstreamer.token` when it does, null where no token is needed. `url` = the room's page, which takes this place.
 */
export const Place = z.object({
  room: RoomName,
  connection: ConnectionId,
  name: DisplayName.nullable(),
  role: Role,
  token: z.string().nullable(),
  url: z.url(),
  expiresAt: z.iso.datetime(),
});
/** See {@link Place}. */
export type Place = z.infer<typeof Place>;

/** The id of a link. */
export const LinkId = z.string().regex(/^[\w-]{1,64}$/, 'letters, digits, _ and -, at most 64');

/** Body of `POST /api/v1/rooms/{name}/links`: who may join by it, and for how long. */
export const MakeLink = z.strictObject({
  role: Role.default('participant'),
  name: DisplayName.optional(),
  expiresInSeconds: z
    .int()
    .min(60)
    .max(30 * 86_400)
    .default(86_400),
});
/** See {@link MakeLink}. */
export type MakeLink = z.infer<typeof MakeLink>;

/** A link to the room's page; `token` = the join token in it, `id` = by what it is revoked, both null where no token is needed. */
export const JoinLink = z.object({
  id: LinkId.nullable(),
  room: RoomName,
  role: Role,
  url: z.url(),
  token: z.string().nullable(),
  expiresAt: z.iso.datetime(),
});
/** See {@link JoinLink}. */
export type JoinLink = z.infer<typeof JoinLink>;

/** A link that was made and is still good; `madeBy` = whose key or token made it, as in the audit log. */
export const LinkResource = z.object({
  id: LinkId,
  room: RoomName,
  role: Role,
  name: DisplayName.nullable(),
  madeBy: z.string().nullable(),
  madeAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
/** See {@link LinkResource}. */
export type LinkResource = z.infer<typeof LinkResource>;

/** Answer of `GET /api/v1/access`: what whoever asks may do. `required` = whether the server asks for keys or tokens at all. */
export const Access = z.object({
  required: z.boolean(),
  scopes: z.array(Scope),
  /** The only room that they are for; null for all. */
  room: RoomName.nullable(),
  /** Who it is, as in the audit log. */
  subject: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
});
/** See {@link Access}. */
export type Access = z.infer<typeof Access>;
