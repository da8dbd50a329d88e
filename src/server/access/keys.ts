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

function isSame(one: KnownKey, other: KnownKey): boolean {
  return one.hash.equals(other.hash) && JSON.stringify(one.caller) === JSON.stringify(other.caller);
}

/** Whose keys have come and gone, by the names that they have in the audit log; one that allows something else now has done both. */
export interface KeyChange {
  added: string[];
  removed: string[];
}

/** The API keys that are known, by their hashes; none is kept as it is. */
export class Keys {
  #keys: readonly KnownKey[];
  readonly #gone = new WeakSet<Caller>();
  readonly #watchers = new Set<() => void>();

  constructor(configured: readonly ConfiguredKey[]) {
    this.#keys = configured.map(known);
  }

  /** Knows these keys from now on, and no others. */
  replace(configured: readonly ConfiguredKey[]): KeyChange {
    const before = this.#keys;
    // Who has come with a key that is as it was stays who they are.
    this.#keys = configured.map(known).map((next) => before.find((old) => isSame(old, next)) ?? next);
    const added = this.#keys.filter((key) => !before.includes(key));
    const removed = before.filter((key) => !this.#keys.includes(key));
    for (const { caller } of removed) this.#gone.add(caller);
    for (const watcher of [...this.#watchers]) watcher();
    const names = (keys: readonly KnownKey[]) => keys.map(({ caller }) => caller.subject ?? '');
    return { added: names(added), removed: names(removed) };
  }

  /** Calls `action` once when the key that the caller has come with is not known any more; what is returned stops that. */
  watch(caller: Caller, action: () => void): () => void {
    const watcher = () => {
      if (!this.#gone.has(caller)) return;
      this.#watchers.delete(watcher);
      action();
    };
    this.#watchers.add(watcher);
    // The keys may have been replaced since the caller was let in.
    watcher();
    return () => {
      this.#watchers.delete(watcher);
    };
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
