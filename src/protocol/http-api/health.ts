import { z } from 'zod';

/**
 * Answer of `GET /api/v1/health`: `degraded` (and status 503) when media cannot be served at the moment. Parts that do not run
 * in this process are null.
 */
export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptimeSeconds: z.number(),
  bridge: z.object({ sockets: z.number().int(), users: z.number().int(), rooms: z.number().int() }).nullable(),
  rooms: z.object({ rooms: z.number().int(), connections: z.number().int(), connected: z.number().int() }).nullable(),
  workers: z.number().int().nullable(),
});
/** See {@link Health}. */
export type Health = z.infer<typeof Health>;

/**
 * Answer of `GET /api/v1/ready`: whether people can be sent here; with status 503 and the reason when not. What runs goes on while it is
 * not ready.
 */
export const Readiness = z.object({
  ready: z.boolean(),
  reason: z.enum(['starting', 'draining', 'shutting-down', 'no-media']).nullable(),
});
/** See {@link Readiness}. */
export type Readiness = z.infer<typeof Readiness>;
