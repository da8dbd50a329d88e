import { z } from 'zod';
import { ConnectionId } from '../ids.ts';
import { isShallow } from '../json.ts';
import { numberInUrl } from './url.ts';

/** What a message says: any JSON; a text is a string. */
const ChatData = z
  .unknown()
  .refine((data) => data !== undefined, 'is missing')
  .refine(isShallow, 'is nested too deeply');

/**
 * A message as the API shows it. `id` grows with each message of the room; `from` = the connection whose page has sent it, and `name`
 * what its user was called then, both null for the API; `to` = the only connection that it is for, null for everybody.
 */
export const MessageResource = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  from: ConnectionId.nullable(),
  name: z.string().nullable(),
  to: ConnectionId.nullable(),
  data: z.unknown(),
});
/** See {@link MessageResource}. */
export type MessageResource = z.infer<typeof MessageResource>;

/** Body of `POST /api/v1/rooms/{name}/messages`. */
export const PostMessage = z.strictObject({ data: ChatData, to: ConnectionId.nullable().default(null) });
/** See {@link PostMessage}. */
export type PostMessage = z.infer<typeof PostMessage>;

/** Query of `GET /api/v1/rooms/{name}/messages`: the oldest that come after a message, or else the latest. */
export const MessageQuery = z.strictObject({
  after: numberInUrl(z.int().min(0)).optional(),
  limit: numberInUrl(z.int().min(1).max(200)).default(50),
});
/** See {@link MessageQuery}. */
export type MessageQuery = z.infer<typeof MessageQuery>;
