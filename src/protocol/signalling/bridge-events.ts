import { z } from 'zod';
import { UserId } from '../ids.ts';

const MAX_DEPTH = 64;

/** Whether a value can be sent on: what writes it as JSON is recursive. */
function isShallow(value: unknown, levels = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

/** A page's or a room's extra data: any object, 64 levels deep at most; the bridge only passes it on. */
export const Extra = z.record(z.string(), z.unknown()).refine((value) => isShallow(value), 'is nested too deeply');
/** See {@link Extra}. */
export type Extra = z.infer<typeof Extra>;

/** The most characters of a token that a page says; the same may stand in place of a password. */
export const MAX_TOKEN_LENGTH = 4096;

/** A password; absent, `false` and the empty text mean that there is none. */
export const Password = z
  .union([z.string().max(MAX_TOKEN_LENGTH), z.number(), z.boolean(), z.null()])
  .optional()
  .transform((value) => (value === undefined || value === null || typeof value === 'boolean' ? '' : String(value)));

/** Names that pages hear from the server or from socket.io itself: no page may send events of these names to others. */
const RESERVED_EVENTS: ReadonlySet<string> = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'error',
  'newListener',
  'removeListener',
  'user-connected',
  'user-disconnected',
  'extra-data-updated',
  'set-isInitiator-true',
  'userid-already-taken',
  'user-not-found',
  'closed-entire-session',
  'room-full',
  'join-with-password',
  'invalid-password',
  'password-max-tries-over',
  'become-next-modrator',
  'user-left',
  'start-broadcasting',
  'join-broadcaster',
  'rejoin-broadcast',
  'broadcast-stopped',
  'number-of-broadcast-viewers-updated',
  'logs',
  'admin',
]);

/** The name of an event that a page chooses itself. */
export const EventName = z
  .string()
  .min(1)
  .max(128)
  .refine((name) => !RESERVED_EVENTS.has(name), 'is reserved');

const flag = z
  .unknown()
  .optional()
  .transform((value) => value === true || value === 'true');

function parseExtra(text: string): Extra {
  try {
    return Extra.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** What a page says of itself in the query of its socket's URL; all but the first five may be nonsense without harm. */
export const Handshake = z.object({
  userid: UserId.optional(),
  msgEvent: EventName.default('RTCMultiConnection-Message'),
  socketCustomEvent: EventName.default('custom-message'),
  /** The room of a legacy page, which is told to whom it is handed. */
  sessionid: UserId.optional().catch(undefined),
  autoCloseEntireSession: flag,
  oneToMany: flag,
  maxParticipantsAllowed: z.coerce.number().int().min(1).max(100_000).catch(1000),
  extra: z.string().max(100_000).transform(parseExtra).catch({}),
  /** The page takes part in scalable broadcasts. */
  enableScalableBroadcast: flag,
  /** To how many others it passes a broadcast on. */
  maxRelayLimitPerUser: z.coerce.number().int().min(1).max(1000).catch(2),
});
/** See {@link Handshake}. */
export type Handshake = z.infer<typeof Handshake>;

/** What the socket of somebody who administrates the bridge says of itself, in place of the rest. */
export const AdminHandshake = z.object({
  userid: z.literal('admin'),
  adminUserName: z.string().max(256).catch(''),
  adminPassword: z.string().max(256).catch(''),
});
/** See {@link AdminHandshake}. */
export type AdminHandshake = z.infer<typeof AdminHandshake>;

/** What `admin` carries; of the requests in it, each is answered. */
export const AdminRequest = z.object({
  all: flag,
  userinfo: flag,
  deleteUser: flag,
  deleteRoom: flag,
  clearLogs: flag,
  userid: UserId.optional().catch(undefined),
  roomid: UserId.optional().catch(undefined),
});
/** See {@link AdminRequest}. */
export type AdminRequest = z.infer<typeof AdminRequest>;

/** What `join-broadcast` carries. */
export const BroadcastRequest = z.object({
  broadcastId: UserId,
  userid: UserId.optional(),
  typeOfStreams: Extra.catch({ audio: true, video: true }),
});

/** What `open-room` and `join-room` carry. */
export const RoomRequest = z.object({
  sessionid: UserId,
  session: z
    .looseObject({ oneway: z.unknown().optional(), broadcast: z.unknown().optional() })
    .refine((value) => isShallow(value), 'is nested too deeply')
    .catch({}),
  extra: Extra.optional().catch(undefined),
  identifier: z.string().max(256).catch(''),
  password: Password,
});
/** See {@link RoomRequest}. */
export type RoomRequest = z.infer<typeof RoomRequest>;
