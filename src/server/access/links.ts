import type { LinkResource } from '../../protocol/http-api/access.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { type LinkState, type LinkStore, memoryStore } from './link-file.ts';

/** The most links of a room that are listed; of more, those that were made first are not. */
export const MAX_LISTED = 500;
/** The longest that a link is good. */
const LONGEST_MS = 30 * 86_400_000;
/** A clock may have been set back between the making of a token and the look at it. */
const MARGIN_MS = 60_000;

/** What a token says of the link that it is of. */
export interface TokenOfLink {
  /** The link's id. */
  link: string | null;
  room: string | null;
  /** When the token was made, in milliseconds since 1970; null when it does not say. */
  issuedAtMs: number | null;
}

/** The links that were made, and which of them do not let anybody in any more. */
export class Links {
  readonly #store: LinkStore;
  readonly #now: () => number;
  readonly #onUnsaved: (error: unknown) => void;
  readonly #watchers = new Set<() => void>();
  #state: LinkState;

  /** `onUnsaved` is told why a link that was made could not be written down. Throws `bad-config` for a store that cannot be read. */
  constructor(
    now: () => number,
    store: LinkStore = memoryStore(),
    onUnsaved: (error: unknown) => void = () => undefined,
  ) {
    this.#store = store;
    this.#now = now;
    this.#onUnsaved = onUnsaved;
    this.#state = this.#pruned(store.read());
  }

  /** A time for a link that is made now: later than the last time when all links of the room were revoked. */
  timeFor(room: string): number {
    return Math.max(this.#now(), (this.#state.rooms[room]?.madeUntil ?? -1) + 1);
  }

  /** Takes note of a link; one that cannot be written down is good all the same. */
  made(link: LinkResource): void {
    try {
      this.#change((state) => {
        const others = state.links.filter(({ room }) => room !== link.room);
        const ofRoom = state.links.filter(({ room }) => room === link.room);
        return { ...state, links: [...others, ...ofRoom.slice(1 - MAX_LISTED), link] };
      });
    } catch (error) {
      this.#onUnsaved(error);
    }
  }

  /** The links of a room that are still good, in the order in which they were made. */
  list(room: string): LinkResource[] {
    this.#state = this.#pruned(this.#state);
    return this.#state.links.filter((link) => link.room === room);
  }

  /** Lets nobody in by a link any more; `link-not-found`. Throws when that cannot be written down: then it is so until the server ends. */
  revoke(room: string, id: string): void {
    const link = this.list(room).find((other) => other.id === id);
    if (link === undefined) throw new WebstreamerError('link-not-found');
    this.#change((state) => ({
      ...state,
      links: state.links.filter((other) => other.id !== id),
      revoked: { ...state.revoked, [id]: Date.parse(link.expiresAt) },
    }));
  }

  /** Lets nobody in any more by a link of the room that was made until now. Throws as `revoke` does. */
  revokeAll(room: string): void {
    const madeUntil = this.timeFor(room);
    this.#change((state) => ({
      ...state,
      links: state.links.filter((other) => other.room !== room),
      rooms: { ...state.rooms, [room]: { madeUntil, keptUntil: this.#now() + LONGEST_MS } },
    }));
  }

  /** Whether a token is of a link that was revoked. */
  isRevoked({ link, room, issuedAtMs }: TokenOfLink): boolean {
    // The names may be those of what every object has.
    if (link !== null && Object.hasOwn(this.#state.revoked, link)) return true;
    const all = room !== null && Object.hasOwn(this.#state.rooms, room) ? this.#state.rooms[room] : undefined;
    return all !== undefined && issuedAtMs !== null && issuedAtMs <= all.madeUntil;
  }

  /** Calls `action` once when the token's link is revoked; what is returned stops that. */
  watch(token: TokenOfLink, action: () => void): () => void {
    const watcher = () => {
      if (!this.isRevoked(token)) return;
      this.#watchers.delete(watcher);
      action();
    };
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  #change(change: (state: LinkState) => LinkState): void {
    this.#state = change(this.#pruned(this.#state));
    for (const watcher of [...this.#watchers]) watcher();
    this.#store.write(this.#state);
  }

  #pruned({ links, revoked, rooms }: LinkState): LinkState {
    const now = this.#now();
    return {
      links: links.filter(({ expiresAt }) => Date.parse(expiresAt) > now),
      revoked: Object.fromEntries(Object.entries(revoked).filter(([, until]) => until + MARGIN_MS > now)),
      rooms: Object.fromEntries(Object.entries(rooms).filter(([, { keptUntil }]) => keptUntil + MARGIN_MS > now)),
    };
  }
}
