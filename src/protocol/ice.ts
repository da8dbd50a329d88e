import { z } from 'zod';

const Port = z.int().min(1024).max(65_535);
const HOST = String.raw`([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?`;

/** The UDP ports for media, both included. */
const PortRange = z
  .strictObject({ min: Port, max: Port })
  .refine(({ min, max }) => min <= max, { error: 'min must not be above max' });

/** A TURN server (RFC 8656) and the long-term credential for it. */
export const TurnServer = z.strictObject({
  /** As in RFC 7065, without a query. */
  url: z.string().regex(new RegExp(`^turn:${HOST}$`), 'must be turn:HOST or turn:HOST:PORT'),
  username: z.string().min(1).max(512),
  credential: z.string().min(1).max(512),
});
/** See {@link TurnServer}. */
export type TurnServer = z.infer<typeof TurnServer>;

/** How ICE finds its ways, beside the addresses of the machine. */
export const IceSettings = z.strictObject({
  /** The UDP ports that are bound for media; without this key any that the system gives. */
  portRange: PortRange.optional(),
  /** A STUN server (RFC 8489), as in RFC 7064: by it webstreamer learns the address that others see. */
  stunServer: z
    .string()
    .regex(new RegExp(`^stun:${HOST}$`), 'must be stun:HOST or stun:HOST:PORT')
    .optional(),
  /** The relays that webstreamer offers itself by. */
  turnServers: z.array(TurnServer).max(8).default([]),
  /** `relay` = offer the addresses at the TURN servers and no other. */
  transportPolicy: z.enum(['all', 'relay']).default('all'),
});
/** See {@link IceSettings}. */
export type IceSettings = z.infer<typeof IceSettings>;

const IpAddress = z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' });

/** What `ice` in the configuration may hold. */
export const IceConfig = z
  .strictObject({
    /** The IP addresses offered to browsers; none = every address of the machine. */
    addresses: z.array(IpAddress).default([]),
    ...IceSettings.shape,
  })
  .refine(({ transportPolicy, turnServers }) => transportPolicy === 'all' || turnServers.length > 0, {
    path: ['transportPolicy'],
    error: 'relay needs turnServers',
  });
