import { z } from 'zod';

/** The codec of all pictures in a room: VP8 (RFC 6386), or H.264 of the constrained baseline profile (ITU-T H.264). */
export const VideoCodec = z.enum(['vp8', 'h264']);
/** See {@link VideoCodec}. */
export type VideoCodec = z.infer<typeof VideoCodec>;
