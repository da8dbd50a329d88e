import { z } from 'zod';
import { DisplayName } from '../display-name.ts';

/**
 * What is looked at of the `extra` in which a page tells of its user; what does not fit counts as not said. `fullName` is the name
 * that RTCMultiConnection's own pages use; `webstreamer.boxes` asks for the message `boxes` (docs/protocol.md).
 */
export const PageExtra = z
  .looseObject({
    fullName: DisplayName.optional().catch(undefined),
    webstreamer: z.looseObject({ boxes: z.boolean() }).optional().catch(undefined),
  })
  .catch({});
/** See {@link PageExtra}. */
export type PageExtra = z.infer<typeof PageExtra>;
