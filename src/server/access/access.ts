import { randomBytes } from 'node:crypto';
import { type ErrorCode, WebstreamerError } from '../../protocol/errors.ts';
import type { Access as AccessAnswer, JoinLink, MakeLink, Place, Role, Scope } from '../../protocol/http-api/access.ts';
import { ANYBODY, type Caller, maySee, STRANGER } from './caller.ts';
import { isApiKey, type Keys } from './keys.ts';
import type { Tokens } from './tokens.ts';

/** How long a user may come back to a connection that was made for them: longer than any meeting. */
const SEAT_TOKEN_MS = 24 * 3_600_000;

/** A page that asks to take part at a connection. */
export interface PageAtDoor {
  room: string;
  connection: string;
  temporary: boolean;
  token: string | undefined;
}

/** How a page takes part, as far as its token says; or why it may not. */
export type Entrance = { role: Role | null; name: string | null } | { refused: ErrorCode };

/** What access is decided with; null where everybody may do everything. */
export interface Credentials {
  keys: Keys;
  tokens: Tokens;
}

/** The credential of an `Authorization` header, null when there is none. Throws `not-authenticated` for a header of another kind. */
function bearerOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  const [, credential] = /^bearer +([\w.~+/=-]+)$/i.exec(header) ?? [];
  if (credential === undefined)
    throw new WebstreamerError('not-authenticated', 'Authorization must be "Bearer" and a key or a token');
  return credential;
}

/** Decides who may do what, and makes the tokens that say so. */
export class Access {
  readonly #credentials: Credentials | null;
  readonly #now: () => number;

  /** `now` is in milliseconds since 1970. */
  constructor(credentials: Credentials | null, now: () => number = Date.now) {
    this.#credentials = credentials;
    this.#now = now;
  }

  /** Whether a key or a token is needed at all. */
  get required(): boolean {
    return this.#credentials !== null;
  }

  /** Who asks, by the `Authorization` header of a request. Rejects with `not-authenticated` or `token-expired`. */
  async callerOf(authorization: string | undefined): Promise<Caller> {
    if (this.#credentials === null) return ANYBODY;
    const credential = bearerOf(authorization);
    if (credential === null) return STRANGER;
    const { keys, tokens } = this.#credentials;
    return isApiKey(credential) ? keys.callerOf(credential, this.#now()) : await tokens.callerOf(credential);
  }

  /** What the API says of a caller. */
  describe({ scopes, room, subject, expiresAtMs }: Caller): AccessAnswer {
    const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString();
    return { required: this.required, scopes: [...scopes], room, subject, expiresAt };
  }

  /**
   * A link to a room's page at `origin`. Its token is in the fragment, which browsers send to nobody; without one, role and name are. It is
   * good for no longer than the caller's own.
   */
  async makeLink(
    room: string,
    { role, name, expiresInSeconds }: MakeLink,
    caller: Caller,
    origin: string,
  ): Promise<JoinLink> {
    const expiresAtMs = Math.min(this.#now() + expiresInSeconds * 1000, caller.expiresAtMs ?? Infinity);
    const token = await this.#joinToken({ room, role, name }, expiresAtMs);
    const url = new URL(`/rooms/${encodeURIComponent(room)}`, origin);
    url.hash = new URLSearchParams(
      token === null ? { role, ...(name !== undefined && { name }) } : { token },
    ).toString();
    return { room, role, url: url.href, token, expiresAt: new Date(expiresAtMs).toISOString() };
  }

  async #joinToken(
    link: { room: string; role: Role; name: string | undefined },
    expiresAtMs: number,
  ): Promise<string | null> {
    if (this.#credentials === null) return null;
    const scopes: Scope[] = link.role === 'host' ? ['join', 'room-operator'] : ['join'];
    const sub = `link-${randomBytes(4).toString('hex')}`;
    return await this.#credentials.tokens.sign({ ...link, scopes, sub }, expiresAtMs);
  }

  /** What the page of a place says to take it; it does at no other connection, and allows nothing else. Null where none is needed. */
  async seatToken({ room, connection, role, name }: Omit<Place, 'token' | 'expiresAt'>): Promise<string | null> {
    if (this.#credentials === null) return null;
    const content = { sub: `place-${connection.slice(0, 8)}`, room, connection, role, ...(name !== null && { name }) };
    return await this.#credentials.tokens.sign(content, this.#now() + SEAT_TOKEN_MS);
  }

  /** Whether a page may take part: with the token of its place, or, at a connection that is for anybody, a join token of the room. */
  async admit({ room, connection, temporary, token }: PageAtDoor): Promise<Entrance> {
    if (this.#credentials === null) return { role: null, name: null };
    if (token === undefined) return { refused: 'not-authenticated' };
    try {
      const caller = await this.#credentials.tokens.callerOf(token);
      const isForPlace = caller.connection === connection;
      const isForRoom = caller.connection === null && caller.scopes.includes('join') && !temporary;
      if (!maySee(caller, room) || !(isForPlace || isForRoom)) return { refused: 'not-allowed' };
      return { role: caller.role, name: caller.name };
    } catch (error) {
      if (error instanceof WebstreamerError) return { refused: error.code };
      throw error;
    }
  }
}
