import { z } from 'zod';
import { AuthConfig } from './auth.ts';
import { GridFormat } from './grid-format.ts';
import { CreateRoom, VideoBitrate } from './http-api/room.ts';
import { WebhookConfig } from './webhook-config.ts';
import { IceConfig } from './ice.ts';

/** The room that is there when nothing else is configured: `lobby`, where everybody sees everybody, with eight connections. */
const DEFAULT_ROOMS = [{ name: 'lobby', connections: ['1', '2', '3', '4', '5', '6', '7', '8'] }];

const HttpUrl = z.url({ protocol: /^https?$/, error: 'must be a URL with http:// or https://' });

/** What `values` holds more than once. */
function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

const Rooms = z.array(CreateRoom).superRefine((rooms, context) => {
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
  };
  for (const name of repeated(rooms.map((room) => room.name))) refuse(`there are two rooms of the name ${name}`);
  for (const id of repeated(rooms.flatMap((room) => room.connections))) refuse(`the connection ${id} is there twice`);
});

/** How much the sockets of a bridge may do. What comes at once may be five seconds' worth. */
export const BridgeLimits = z.strictObject({
  /** Sockets altogether. */
  sockets: z.int().min(1).max(1_000_000).default(20_000),
  /** Sockets from one address. Each has at most one room and one request that waits. */
  socketsPerAddress: z.int().min(1).max(1_000_000).default(2000),
  /** Events of one socket in a second. */
  eventsPerSecond: z.int().min(1).max(1_000_000).default(200),
  /** Events of all sockets from one address in a second. */
  eventsPerSecondPerAddress: z.int().min(1).max(1_000_000).default(10_000),
  /** Bytes of one event. */
  eventBytes: z.int().min(10_000).max(100_000_000).default(1_000_000),
  /** Bytes of the events of one socket in a second. */
  bytesPerSecond: z.int().min(10_000).max(100_000_000).default(1_000_000),
});
/** See {@link BridgeLimits}. */
export type BridgeLimits = z.infer<typeof BridgeLimits>;

const IpAddress = z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' });

/** An origin as browsers write it: scheme, host, and the port if it is not the scheme's own. */
const Origin = HttpUrl.refine((url) => URL.canParse(url) && new URL(url).origin === url, {
  error: 'must be an origin, such as https://example.org',
});

/**
 * The whole configuration; `docs/configuration.md` describes each key. A key that is not here is refused, so that a misspelt
 * one is noticed.
 */
export const Config = z.strictObject({
  /** The address that HTTP and signalling listen on. */
  host: z.string().min(1).default('127.0.0.1'),
  /** The TCP port; 0 takes a free one. */
  port: z.int().min(0).max(65535).default(9001),
  /** Where people reach the server, for links: behind a proxy, or under another name. */
  publicUrl: Origin.optional(),
  auth: AuthConfig.prefault({}),
  bridge: z
    .strictObject({
      /** The bridge that `webstreamer serve --only rooms` uses. */
      url: HttpUrl.optional(),
      /** How long a user whose socket broke keeps the seat. */
      graceMs: z.int().min(0).max(60_000).default(4000),
      /** The origins whose pages may connect, beside the server's own; without this key those of any. */
      allowedOrigins: z.array(Origin).optional(),
      /** The addresses of reverse proxies: what comes from them counts as coming from where their `X-Forwarded-For` says. */
      trustedProxies: z.array(IpAddress).default([]),
      /** Who may administrate; nobody without this key. */
      admin: z
        .strictObject({
          userName: z.string().min(1).max(256),
          password: z.string().min(12, 'must have at least 12 characters').max(256),
        })
        .optional(),
      limits: BridgeLimits.prefault({}),
    })
    .prefault({}),
  /** PEM files to serve https:// with; without this key it is http://. */
  tls: z.strictObject({ certificate: z.string().min(1), key: z.string().min(1) }).optional(),
  /** A folder with pages to serve in place of ours. */
  pages: z.string().min(1).optional(),
  /** The origins whose pages may show the page of a room in a frame, beside the server's own. */
  frameAncestors: z.array(Origin).max(100).default([]),
  /** The number of media workers. */
  workers: z.int().min(1).max(64).default(1),
  ice: IceConfig.prefault({}),
  video: z
    .strictObject({
      /** The most that each page is asked to send. */
      maxBitrateBps: VideoBitrate.default(1_500_000),
    })
    .prefault({}),
  /** The picture of rooms in the layout `grid`. */
  grid: GridFormat.prefault({}),
  /** Who is told of events by HTTP requests. */
  webhooks: z.array(WebhookConfig).max(20).default([]),
  /** The rooms that exist from the start. */
  rooms: Rooms.prefault(DEFAULT_ROOMS),
  /** What SIGTERM does. */
  drain: z
    .strictObject({
      /** How long calls may go on, and nobody else comes in; 0 = they end at once. */
      deadlineMs: z.int().min(0).max(86_400_000).default(0),
      /** What people in the rooms are told then. */
      message: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .nullable()
        .default('This server is about to shut down. Calls go on for a while, but nobody else can join.'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      /** For a person or for a program; by default a person when the output is a terminal. */
      format: z.enum(['pretty', 'json']).optional(),
    })
    .prefault({}),
});
/** See {@link Config}. */
export type Config = z.infer<typeof Config>;
/** A configuration as it is written down: everything has a default. */
export type ConfigInput = z.input<typeof Config>;
