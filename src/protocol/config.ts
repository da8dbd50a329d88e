import { z } from 'zod';
import { CreateRoom } from './http-api/room.ts';

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

/**
 * The whole configuration; `docs/configuration.md` describes each key. A key that is not here is refused, so that a misspelt
 * one is noticed.
 */
export const Config = z.strictObject({
  /** The address that HTTP and signalling listen on. */
  host: z.string().min(1).default('127.0.0.1'),
  /** The TCP port; 0 takes a free one. */
  port: z.int().min(0).max(65535).default(9001),
  bridge: z
    .strictObject({
      /** The bridge that `webstreamer rooms` uses. */
      url: HttpUrl.optional(),
      /** How long a user whose socket broke keeps the seat. */
      graceMs: z.int().min(0).max(60_000).default(4000),
    })
    .prefault({}),
  /** A folder with pages to serve in place of ours. */
  pages: z.string().min(1).optional(),
  /** The number of media workers. */
  workers: z.int().min(1).max(64).default(1),
  ice: z
    .strictObject({
      /** The IP addresses offered to browsers; none = every address of the machine. */
      addresses: z.array(z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' })).default([]),
    })
    .prefault({}),
  video: z
    .strictObject({
      /** The most that each page is asked to send. */
      maxBitrateBps: z.int().min(100_000).max(50_000_000).default(1_500_000),
    })
    .prefault({}),
  /** The rooms that exist from the start. */
  rooms: Rooms.prefault(DEFAULT_ROOMS),
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
