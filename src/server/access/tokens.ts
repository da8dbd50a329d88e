import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { Subject } from '../../protocol/auth.ts';
import { DisplayName } from '../../protocol/display-name.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { Role, Scope } from '../../protocol/http-api/access.ts';
import { ConnectionId, RoomName } from '../../protocol/ids.ts';
import { type Caller, withIncluded } from './caller.ts';

/** The only algorithm: what a token says of it decides nothing. */
const ALGORITHM = 'HS256';
/** Between clocks of two machines. */
const CLOCK_TOLERANCE_S = 5;
/** Longer texts are not looked at. */
const MAX_LENGTH = 4096;

/** What is looked at of a token (RFC 7519, and `scope` of RFC 8693); `exp` is checked with the signature. */
const Claims = z.object({
  scope: z
    .string()
    .max(256)
    .default('')
    .transform((text) => text.split(' ').filter((word) => word !== ''))
    .pipe(z.array(Scope)),
  room: RoomName.optional(),
  connection: ConnectionId.optional(),
  role: Role.optional(),
  name: DisplayName.optional(),
  sub: Subject.optional(),
  jti: z.string().max(256).optional(),
  iat: z.number().optional(),
  exp: z.number(),
});

/** What a token says; `scopes` go into its claim `scope`. */
export interface TokenContent {
  scopes?: readonly Scope[];
  sub: string;
  room?: string;
  connection?: string;
  role?: Role;
  name?: string | undefined;
  /** The link that it is of. */
  jti?: string;
  /** When it is made, in milliseconds since 1970. */
  issuedAtMs?: number;
}

/** Makes and checks JSON web tokens, signed with one secret. */
export class Tokens {
  readonly #secret: Uint8Array;
  readonly #now: () => number;

  constructor(secret: string, now: () => number) {
    this.#secret = new TextEncoder().encode(secret);
    this.#now = now;
  }

  /** Signs a token that is good until `expiresAtMs`. */
  sign({ scopes = [], issuedAtMs, ...claims }: TokenContent, expiresAtMs: number): Promise<string> {
    return new SignJWT({
      ...claims,
      ...(issuedAtMs !== undefined && { iat: issuedAtMs / 1000 }),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    })
      .setProtectedHeader({ alg: ALGORITHM })
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(this.#secret);
  }

  /** Whom a token speaks for. Rejects with `not-authenticated`, which does not say what is wrong with it, or `token-expired`. */
  async callerOf(token: string): Promise<Caller> {
    const {
      scope,
      sub = null,
      room = null,
      connection = null,
      role = null,
      name = null,
      jti: link = null,
      iat,
      exp,
    } = await this.#verify(token);
    // A token for one connection allows nothing else.
    const scopes = connection === null ? withIncluded(scope) : [];
    const issuedAtMs = iat === undefined ? null : Math.round(iat * 1000);
    return { subject: sub, scopes, room, connection, role, name, link, issuedAtMs, expiresAtMs: exp * 1000 };
  }

  async #verify(token: string): Promise<z.output<typeof Claims>> {
    const refused = () => new WebstreamerError('not-authenticated', 'This token is not valid');
    if (token.length > MAX_LENGTH) throw refused();
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#now()),
      });
      return Claims.parse(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new WebstreamerError('token-expired', 'The token has expired');
      throw refused();
    }
  }
}
