import { z } from 'zod';
import { DisplayName } from '../display-name.ts';
import { MAX_TOKEN_LENGTH } from './bridge-events.ts';

/**
 * What is looked at of the `extra` in which a page tells of its user; what does not fit counts as not said. `fullName` is the name
 * that RTCMultiConnection's own pages use; `webstreamer.boxes` asks for the message `boxes`, and `webstreamer.token` says that the
 * page may come in (docs/protocol.md).
 */
export const PageExtra = z
  .looseObject({
    fullName: DisplayName.optional().catch(undefined),
    webstreamer: z
      .looseObject({
        boxes: z.boolean().optional().catch(undefined),
        token: z.string().max(MAX_TOKEN_LENGTH).optional().catch(undefined),
      })
      .optional()
      .catch(undefined),
  })
  .catch({});
/** See {@link PageExtra}. */
export type PageExtra = z.infer<typeof PageExtra>;
