import { z } from 'zod';
import { ConnectionId, RoomName } from '../ids.ts';

const Ratio = z.number().min(0).max(1);

/** What comes from a page. Ratios are 0 to 1; null = not known, or nothing to measure. */
export const Incoming = z.object({
  bitrateBps: z.number(),
  audioBitrateBps: z.number(),
  videoBitrateBps: z.number(),
  lossRatio: Ratio.nullable(),
  jitterMs: z.number().nullable(),
});

/** What goes to a page, and what it says of its arrival (RTCP receiver reports). */
export const Outgoing = z.object({
  bitrateBps: z.number(),
  lossRatio: Ratio.nullable(),
  roundTripMs: z.number().nullable(),
});

/** How good a connection is, taken together: the worse of both ways. */
export const Quality = z.enum(['good', 'fair', 'poor']);
/** See {@link Quality}. */
export type Quality = z.infer<typeof Quality>;

/** Figures of one connection over the last seconds; null in place of both ways while it has no media. */
export const ConnectionStats = z.object({
  id: ConnectionId,
  incoming: Incoming.nullable(),
  outgoing: Outgoing.nullable(),
  quality: Quality.nullable(),
  /** Key frames that its page was asked for since it joined. */
  keyFrameRequests: z.number().int(),
});
/** See {@link ConnectionStats}. */
export type ConnectionStats = z.infer<typeof ConnectionStats>;

/** Answer of `GET /api/v1/rooms/{name}/stats`. */
export const RoomStats = z.object({ room: RoomName, at: z.iso.datetime(), connections: z.array(ConnectionStats) });
/** See {@link RoomStats}. */
export type RoomStats = z.infer<typeof RoomStats>;

/** What a process uses; `cpu` = cores over the last seconds (1 = one core). */
const ProcessUse = { pid: z.number().int(), cpu: z.number(), residentBytes: z.number(), threads: z.number().int() };

/** Answer of `GET /api/v1/stats`. */
export const ServerStats = z.object({
  at: z.iso.datetime(),
  uptimeSeconds: z.number(),
  rooms: z.number().int(),
  connections: z.number().int(),
  /** People whose media are up. */
  users: z.number().int(),
  server: z.object(ProcessUse),
  workers: z.array(z.object({ ...ProcessUse, rooms: z.number().int(), endpoints: z.number().int() })),
  /** Media workers that were replaced since the start. */
  workerRestarts: z.number().int(),
});
/** See {@link ServerStats}. */
export type ServerStats = z.infer<typeof ServerStats>;
