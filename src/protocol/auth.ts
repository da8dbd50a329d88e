import { z } from 'zod';
import { Scope } from './http-api/access.ts';
import { RoomName } from './ids.ts';

/** The fewest characters of a secret: 32 bytes, as long as what HS256 makes of it (RFC 7518, section 3.2). */
export const MIN_SECRET_LENGTH = 32;

/** Who somebody is, as in the audit log: text without line breaks and markup. */
export const Subject = z
  .string()
  .regex(/^[^<>\p{C}\p{Zl}\p{Zp}]{1,128}$/u, 'text without line breaks and < >, 1 to 128 characters');

/** An API key: 32 random bytes as base64url behind a prefix by which scanners find those that have leaked. */
export const ApiKey = z.string().regex(/^wsk_[\w-]{43}$/, 'must be a key as "webstreamer key" makes them');

const KeyOrHash = z
  .string()
  .regex(
    /^(wsk_[\w-]{43}|sha256:[0-9a-f]{64})$/,
    'must be a key as "webstreamer key" makes them, or sha256: and its SHA-256',
  );

const Expiry = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'must be a day such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z',
});

const ConfiguredKey = z.strictObject({
  /** Whose it is, for the audit log. */
  name: Subject,
  key: KeyOrHash,
  scopes: z.array(Scope).min(1),
  /** The only room that it is for; without this key it is for all. */
  room: RoomName.optional(),
  expires: Expiry.optional(),
});
/** An API key as it is configured. */
export type ConfiguredKey = z.infer<typeof ConfiguredKey>;

/** Who may do what. */
export const AuthConfig = z
  .strictObject({
    /** Whether a key or a token is needed; by default as soon as others than this machine can reach the server. */
    required: z.boolean().optional(),
    /** What tokens are signed with. */
    secret: z
      .string()
      .min(MIN_SECRET_LENGTH, `must have at least ${MIN_SECRET_LENGTH} characters`)
      .max(1024)
      .optional(),
    /** A file with the secret, in place of it. */
    secretFile: z.string().min(1).optional(),
    keys: z.array(ConfiguredKey).max(1000).default([]),
    limits: z
      .strictObject({
        /** Requests of one caller from one address in a second; five seconds' worth may come at once. */
        requestsPerSecond: z.int().min(1).max(1_000_000).default(200),
        /** Wrong keys and tokens from one address in a minute; as many may come at once. */
        failuresPerMinute: z.int().min(1).max(1_000_000).default(20),
      })
      .prefault({}),
  })
  .refine(({ secret, secretFile }) => secret === undefined || secretFile === undefined, {
    error: 'there is a secret and a secretFile',
  });
/** See {@link AuthConfig}. */
export type AuthConfig = z.infer<typeof AuthConfig>;
