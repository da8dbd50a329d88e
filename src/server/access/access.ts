import { randomBytes } from 'node:crypto';
import { type ErrorCode, WebstreamerError } from '../../protocol/errors.ts';
import type {
  Access as AccessAnswer,
  JoinLink,
  LinkResource,
  MakeLink,
  Place,
  Role,
  Scope,
} from '../../protocol/http-api/access.ts';
import { ANYBODY, type Caller, maySee, STRANGER } from './caller.ts';
import type { ConfiguredKey } from '../../protocol/auth.ts';
import { isApiKey, type KeyChange, type Keys } from './keys.ts';
import { Links } from './links.ts';
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
  /** By default they are kept in memory alone. */
  links?: Links;
}

/** The credential of an `Authorization` header, null when there is none. Throws `not-authenticated` for a header of another kind. */
function bearerOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  const [, credential] = /^bearer +([\w.~+/=-]+)$/i.exec(header) ?? [];
  if (credential === undefined)
    throw new WebstreamerError('not-authenticated', 'Authorization must be "Bearer" and a key or a token');
  return credential;
}

function pageOf(origin: string, room: string, fragment: Record<string, string>): string {
  const url = new URL(`/rooms/${encodeURIComponent(room)}`, origin);
  url.hash = new URLSearchParams(fragment).toString();
  return url.href;
}

/** Decides who may do what, and makes the tokens that say so. */
export class Access {
  readonly #credentials: Credentials | null;
  readonly #links: Links;
  readonly #now: () => number;

  /** `now` is in milliseconds since 1970. */
  constructor(credentials: Credentials | null, now: () => number = Date.now) {
    this.#credentials = credentials;
    this.#links = credentials?.links ?? new Links(now);
    this.#now = now;
  }

  /** Whether a key or a token is needed at all. */
  get required(): boolean {
    return this.#credentials !== null;
  }

  /** Who asks, by the `Authorization` header of a request. Rejects with `not-authenticated`, `token-expired` or `token-revoked`. */
  async callerOf(authorization: string | undefined): Promise<Caller> {
    if (this.#credentials === null) return ANYBODY;
    const credential = bearerOf(authorization);
    if (credential === null) return STRANGER;
    const { keys, tokens } = this.#credentials;
    return isApiKey(credential)
      ? keys.callerOf(credential, this.#now())
      : this.#unlessRevoked(await tokens.callerOf(credential));
  }

  #unlessRevoked(caller: Caller): Caller {
    if (this.#links.isRevoked(caller)) throw new WebstreamerError('token-revoked');
    return caller;
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
    const expiresAt = new Date(expiresAtMs).toISOString();
    if (this.#credentials === null) {
      const url = pageOf(origin, room, { role, ...(name !== undefined && { name }) });
      return { id: null, room, role, url, token: null, expiresAt };
    }
    const id = randomBytes(8).toString('hex');
    const scopes: Scope[] = role === 'host' ? ['join', 'room-operator'] : ['join'];
    const issuedAtMs = this.#links.timeFor(room);
    const token = await this.#credentials.tokens.sign(
      { room, role, name, scopes, sub: `link-${id}`, jti: id, issuedAtMs },
      expiresAtMs,
    );
    const madeAt = new Date(issuedAtMs).toISOString();
    this.#links.made({ id, room, role, name: name ?? null, madeBy: caller.subject, madeAt, expiresAt });
    return { id, room, role, url: pageOf(origin, room, { token }), token, expiresAt };
  }

  /** The links of a room that are still good. */
  listLinks(room: string): LinkResource[] {
    return this.#links.list(room);
  }

  /** Lets nobody in by a link any more: the one with this id, or, without, all of the room. Who is in stays. `link-not-found`. */
  revokeLinks(room: string, id?: string): void {
    if (id === undefined) this.#links.revokeAll(room);
    else this.#links.revoke(room, id);
  }

  /** Knows these API keys from now on, and no others; null where none is needed. */
  replaceKeys(keys: readonly ConfiguredKey[]): KeyChange | null {
    return this.#credentials?.keys.replace(keys) ?? null;
  }

  /** Calls `action` once when the caller's token is revoked, or their key is not known any more; what is returned stops that. */
  whenRevoked(caller: Caller, action: () => void): () => void {
    const stops = [this.#links.watch(caller, action), this.#credentials?.keys.watch(caller, action)];
    return () => {
      for (const stop of stops) stop?.();
    };
  }

  /** The address of the page that takes a place. Like a link's, it says nothing that a browser sends to a server. */
  placeUrl({ room, connection, role, name, token }: Omit<Place, 'url'>, origin: string): string {
    const said = token === null ? { role, ...(name !== null && { name }) } : { token };
    return pageOf(origin, room, { place: connection, ...said });
  }

  /** What the page of a place says to take it; it does at no other connection, and allows nothing else. Null where none is needed. */
  async seatToken({
    room,
    connection,
    role,
    name,
  }: Omit<Place, 'token' | 'url' | 'expiresAt'>): Promise<string | null> {
    if (this.#credentials === null) return null;
    const content = { sub: `place-${connection.slice(0, 8)}`, room, connection, role, ...(name !== null && { name }) };
    return await this.#credentials.tokens.sign(content, this.#now() + SEAT_TOKEN_MS);
  }

  /** Whether a page may take part: with the token of its place, or, at a connection that is for anybody, a join token of the room. */
  async admit({ room, connection, temporary, token }: PageAtDoor): Promise<Entrance> {
    if (this.#credentials === null) return { role: null, name: null };
    if (token === undefined) return { refused: 'not-authenticated' };
    try {
      const caller = this.#unlessRevoked(await this.#credentials.tokens.callerOf(token));
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
