import { z } from 'zod';

/**
 * The most characters of a frame's own part of a text: what pages of all versions send at once, and more. A browser puts at most 262,144
 * bytes into one message of a data channel.
 */
const MAX_PART_LENGTH = 262_144;

/**
 * What pages send each other through a data channel: a text, or one part of a long one. Parts of one text have the same `uuid` and come
 * in their order; `packets` is on the first one, `last` on the last one, and `isobject` beside it says that the whole text is JSON.
 */
export const TextFrame = z.looseObject({
  type: z.literal('text'),
  uuid: z.string().min(1).max(64),
  /** In milliseconds since 1970, by the sender's clock. */
  sendingTime: z.number().optional(),
  packets: z.number().optional(),
  message: z.string().max(MAX_PART_LENGTH),
  last: z.boolean().optional(),
  isobject: z.boolean().optional(),
});
/** See {@link TextFrame}. */
export type TextFrame = z.infer<typeof TextFrame>;
