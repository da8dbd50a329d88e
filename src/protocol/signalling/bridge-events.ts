import { z } from 'zod';
import { UserId } from '../ids.ts';

/** A page's or a room's extra data: any object; the bridge only passes it on. */
export const Extra = z.record(z.string(), z.unknown());
/** See {@link Extra}. */
export type Extra = z.infer<typeof Extra>;

/** A password; absent, `false` and the empty text mean that there is none. */
export const Password = z
  .union([z.string().max(256), z.number(), z.boolean(), z.null()])
  .optional()
  .transform((value) => (value === undefined || value === null || typeof value === 'boolean' ? '' : String(value)));

const flag = z.unknown().optional().transform((value) => value === true || value === 'true');

/** What a page says of itself in the query of its socket's URL (protocol document, section 2). */
export const Handshake = z.object({
  userid: UserId.optional(),
  msgEvent: z.string().min(1).max(128).default('RTCMultiConnection-Message'),
  socketCustomEvent: z.string().min(1).max(128).default('custom-message'),
  autoCloseEntireSession: flag,
  oneToMany: flag,
  maxParticipantsAllowed: z.coerce.number().int().min(1).max(100_000).catch(1000),
  extra: z
    .string()
    .max(100_000)
    .transform((text) => {
      try {
        return Extra.parse(JSON.parse(text));
      } catch {
        return {};
      }
    })
    .catch({}),
});
/** See {@link Handshake}. */
export type Handshake = z.infer<typeof Handshake>;

/** What `open-room` and `join-room` carry. */
export const RoomRequest = z.object({
  sessionid: UserId,
  session: z.looseObject({ oneway: z.unknown().optional(), broadcast: z.unknown().optional() }).catch({}),
  extra: Extra.catch({}),
  identifier: z.string().max(256).catch(''),
  password: Password,
});
/** See {@link RoomRequest}. */
export type RoomRequest = z.infer<typeof RoomRequest>;
