import { z } from 'zod';

/** A whole number as it stands in a URL. */
export const numberInUrl = (schema: z.ZodInt) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(schema);
