import { z } from 'zod';

/** What people are called: text of any script, without line breaks and markup, at most 64 characters. */
export const DisplayName = z
  .string()
  .trim()
  .regex(/^[^<>\p{C}\p{Zl}\p{Zp}]{1,64}$/u, 'text without line breaks and < >, 1 to 64 characters');
/** See {@link DisplayName}. */
export type DisplayName = z.infer<typeof DisplayName>;
