import { z } from 'zod';

/** What a media process says of itself, of one test call included; `call` = null when it did not come to that. */
export const SelfTest = z.object({
  /** Why the binding to GStreamer cannot be loaded; null when it can. */
  bindingProblem: z.string().nullable(),
  missing: z.array(z.object({ element: z.string(), debianPackage: z.string(), purpose: z.string() })),
  call: z
    .object({
      /** ICE candidates that a browser would have been offered. */
      candidates: z.array(z.string()),
      /** Milliseconds from the offer until the other side had a whole picture; null when none came in time. */
      pictureAfterMs: z.number().nullable(),
      problem: z.string().nullable(),
    })
    .nullable(),
});
/** See {@link SelfTest}. */
export type SelfTest = z.infer<typeof SelfTest>;
