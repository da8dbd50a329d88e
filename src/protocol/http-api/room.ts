import { z } from 'zod';
import { DisplayName } from '../display-name.ts';
import { ConnectionId, RoomName } from '../ids.ts';
import { MediaKinds } from '../media-kinds.ts';
import { VideoCodec } from '../video-codec.ts';
import { Role } from './access.ts';
import { numberInUrl } from './url.ts';

/** How a room shows its people: `gallery` = each sees every other one, `speaker` = all see the speaker, `grid` = all see one picture. */
export const Layout = z.enum(['gallery', 'speaker', 'grid']);
/** See {@link Layout}. */
export type Layout = z.infer<typeof Layout>;

/** Whom people hear: `mix` = each every other one, `speaker` = all the speaker, who hears nobody. Whatever the layout. */
export const Sound = z.enum(['mix', 'speaker']);
/** See {@link Sound}. */
export type Sound = z.infer<typeof Sound>;

/** Who gives the floor: `manual` = the API alone, `loudest` = also whoever speaks for long enough. */
const SpeakerPolicy = z.enum(['manual', 'loudest']);

/** The states of a connection. */
export const ConnectionState = z.enum(['waiting', 'joining', 'negotiating', 'connected', 'closed']);
/** See {@link ConnectionState}. */
export type ConnectionState = z.infer<typeof ConnectionState>;

/** The most that a page may be asked to send as one picture, in bit/s. */
export const VideoBitrate = z.int().min(100_000).max(50_000_000);

/** A connection as the API shows it. */
export const ConnectionResource = z.object({
  id: ConnectionId,
  /** What its user is called: as the API has said, else as the page says, else the connection's id. */
  name: DisplayName,
  state: ConnectionState,
  /** The page's id. */
  user: z.string().nullable(),
  /** When it came into this state (ISO 8601, UTC). */
  since: z.iso.datetime(),
  /** What is not passed on, by the API. */
  muted: MediaKinds,
  /** What the user has muted at the page. */
  selfMuted: MediaKinds,
  /** Whether its user's voice is heard at the moment. */
  speaking: z.boolean(),
  /** How its user takes part; a viewer is neither seen nor heard. */
  role: Role,
  /** Whether it was made for somebody who joined, and goes with them. */
  temporary: z.boolean(),
  /** The most that its user's page is asked to send as one picture, in bit/s; null = as the room says. */
  maxVideoBitrateBps: VideoBitrate.nullable(),
});
/** See {@link ConnectionResource}. */
export type ConnectionResource = z.infer<typeof ConnectionResource>;

/** What can be set of a room, at any time. */
const SETTINGS = {
  layout: Layout,
  sound: Sound,
  speakerPolicy: SpeakerPolicy,
  /** Whether nobody else may come in; who is there stays. */
  locked: z.boolean(),
  /** The most people at a time; null = as many as there are connections. */
  maxUsers: z.int().min(1).max(1000).nullable(),
  /** How many of the latest messages somebody is sent who comes in. */
  chatHistory: z.int().min(0).max(100),
  /** The most that each page is asked to send as one picture, in bit/s; null = as the server's configuration says. */
  maxVideoBitrateBps: VideoBitrate.nullable(),
};
/** What is chosen when a room is made, for its life. */
const FIXED = { codec: VideoCodec };
type Shapes = typeof SETTINGS & typeof FIXED;
/** The settings of a room. */
export type RoomSettings = { [K in keyof Shapes]: z.infer<Shapes[K]> };

/** A room as the API shows it. */
export const RoomResource = z.object({
  name: RoomName,
  ...SETTINGS,
  ...FIXED,
  speaker: ConnectionId.nullable(),
  connections: z.array(ConnectionResource),
});
/** See {@link RoomResource}. */
export type RoomResource = z.infer<typeof RoomResource>;

/** Body of `POST /api/v1/rooms`. */
export const CreateRoom = z.strictObject({
  name: RoomName,
  layout: SETTINGS.layout.default('gallery'),
  sound: SETTINGS.sound.default('mix'),
  speakerPolicy: SETTINGS.speakerPolicy.default('manual'),
  locked: SETTINGS.locked.default(false),
  maxUsers: SETTINGS.maxUsers.default(null),
  chatHistory: SETTINGS.chatHistory.default(0),
  maxVideoBitrateBps: SETTINGS.maxVideoBitrateBps.default(null),
  codec: FIXED.codec.default('vp8'),
  connections: z.array(ConnectionId).max(1000).default([]),
});
/** See {@link CreateRoom}. */
export type CreateRoom = z.infer<typeof CreateRoom>;

/** Body of `PATCH /api/v1/rooms/{name}`. */
export const ChangeRoom = z
  .strictObject({ ...SETTINGS, codec: z.never('a room keeps its codec for life; make another room') })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'nothing is to be changed');
/** See {@link ChangeRoom}. */
export type ChangeRoom = z.infer<typeof ChangeRoom>;

/** Query of `GET /api/v1/rooms`: as many as `limit`, from behind the room `after` on. */
export const RoomQuery = z.strictObject({
  after: RoomName.optional(),
  limit: numberInUrl(z.int().min(1).max(1000)).default(100),
});
/** See {@link RoomQuery}. */
export type RoomQuery = z.infer<typeof RoomQuery>;
/** Body of `PUT /api/v1/rooms/{name}/speaker`. */
export const SetSpeaker = z.strictObject({ connection: ConnectionId });
/** Body of `POST /api/v1/rooms/{name}/connections`. */
export const AddConnection = z.strictObject({ id: ConnectionId });

/** Body of `PATCH /api/v1/rooms/{name}/connections/{id}`; a name of null is the page's own again. */
export const ChangeConnection = z
  .strictObject({
    name: DisplayName.nullable(),
    muted: z.strictObject(MediaKinds.shape).partial(),
    maxVideoBitrateBps: VideoBitrate.nullable(),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'nothing is to be changed');
/** See {@link ChangeConnection}. */
export type ChangeConnection = z.infer<typeof ChangeConnection>;
/** Query of `DELETE /api/v1/rooms/{name}/connections/{id}/user`: what the user is told. */
export const RemoveUser = z.strictObject({ message: z.string().trim().min(1).max(200).optional() });

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
