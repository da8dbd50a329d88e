import { z } from 'zod';

/** Something that is so, or not, for each of a person's two kinds of media. */
export const MediaKinds = z.object({ audio: z.boolean(), video: z.boolean() });
/** See {@link MediaKinds}. */
export type MediaKinds = z.infer<typeof MediaKinds>;

/** Neither of the two. */
export const NEITHER: Readonly<MediaKinds> = { audio: false, video: false };
