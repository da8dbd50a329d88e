import { z } from 'zod';
import { EVENT_TYPES } from './http-api/event.ts';
import { RoomName } from './ids.ts';

/** Levels come far too often to make a request of each. */
const WEBHOOK_EVENTS = EVENT_TYPES.filter((type) => type !== 'levels');

const WebhookUrl = z.url({ protocol: /^https?$/, error: 'must be a URL with http:// or https://' }).refine(
  (url) => {
    const { username, password } = new URL(url);
    return username === '' && password === '';
  },
  { error: 'may have no user name or password; the receiver knows webstreamer by the signature', abort: true },
);

/** One receiver of events. */
export const WebhookConfig = z.strictObject({
  url: WebhookUrl,
  /** What the requests are signed with; nobody else may know it. */
  secret: z.string().min(16, 'must have at least 16 characters').max(256),
  /** The types of events that are sent; without this key all but `levels`. */
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).optional(),
  /** The rooms whose events are sent; without this key those of all. */
  rooms: z.array(RoomName).min(1).optional(),
  /** A file that events are added to, as JSON lines, which could not be delivered; without this key the log has them. */
  deadLetters: z.string().min(1).optional(),
});
/** See {@link WebhookConfig}. */
export type WebhookConfig = z.infer<typeof WebhookConfig>;
