import { createHash, timingSafeEqual } from 'node:crypto';
import type { ConfiguredKey } from '../../protocol/auth.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { type Caller, withIncluded } from './caller.ts';

const PREFIX = 'wsk_';
const HASH_PREFIX = 'sha256:';

/** The SHA-256 of a key. Keys are random and long, so nothing slower is needed. */
function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Whether a text looks like an API key, rather than a token. */
export function isApiKey(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

interface KnownKey {
  readonly hash: Buffer;
  readonly caller: Caller;
}

function known({ name, key, scopes, room, expires }: ConfiguredKey): KnownKey {
  const hash = key.startsWith(HASH_PREFIX) ? Buffer.from(key.slice(HASH_PREFIX.length), 'hex') : hashOf(key);
  const expiresAtMs = expires === undefined ? null : Date.parse(expires);
  const caller = {
    subject: name,
    scopes: withIncluded(scopes),
    room: room ?? null,
    expiresAtMs,
    connection: null,
    role: null,
    name: null,
    link: null,
    issuedAtMs: null,
  };
  return { hash, caller };
}

/** The API keys that are known, by their hashes; none is kept as it is. */
export class Keys {
  readonly #keys: readonly KnownKey[];

  constructor(configured: readonly ConfiguredKey[]) {
    this.#keys = configured.map(known);
  }

  /** Whose key this is; throws `not-authenticated` or `token-expired`. The time it takes tells nothing of a key. */
  callerOf(key: string, nowMs: number): Caller {
    const hash = hashOf(key);
    let found: Caller | null = null;
    for (const { hash: other, caller } of this.#keys) if (timingSafeEqual(hash, other)) found = caller;
    if (found === null) throw new WebstreamerError('not-authenticated', 'This key is not known');
    if (found.expiresAtMs !== null && found.expiresAtMs <= nowMs)
      throw new WebstreamerError('token-expired', 'The key has expired');
    return found;
  }
}
