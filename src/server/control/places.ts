import { randomBytes } from 'node:crypto';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { JoinRoom, Place } from '../../protocol/http-api/access.ts';
import type { ConnectionUse } from '../connection/connection.ts';
import type { JoinRefusal } from '../room/room.ts';
import { connectionOf, type HeldRoom } from './held-room.ts';

/** The most temporary connections of a room that does not say how many people it takes. */
const MAX_PLACES = 100;

/** Makes what the page of a place says to prove that the place is its own; null where it need not. */
export interface PlaceTokens {
  seatToken(place: Omit<Place, 'token' | 'url'>): Promise<string | null>;
}

/** What places need of the rooms; `clock` is in milliseconds since 1970. */
export interface PlacesOptions {
  /** Adds a connection to a room; resolves to whether pages can join it. */
  connect: (held: HeldRoom, id: string, use: ConnectionUse) => Promise<boolean>;
  /** Whether a connection is still its room's. */
  holds: (held: HeldRoom, id: string) => boolean;
  remove: (held: HeldRoom, id: string) => Promise<void>;
  tokens?: PlaceTokens;
  clock?: () => number;
}

/**
 * Places in rooms: connections that are made for those who ask, under ids that nobody can guess. Each goes when its user leaves for
 * good, or when nobody has come in time.
 */
export class Places {
  readonly #options: PlacesOptions;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Makes a place that a page can join at once: `room-locked`, `room-full`, `draining`, `bridge-unreachable`. */
  async make(held: HeldRoom, asked: JoinRoom): Promise<Omit<Place, 'url'>> {
    const refusal = refusalOf(held);
    if (refusal !== null) throw new WebstreamerError(refusal);
    const { connect, holds, clock = Date.now, tokens } = this.#options;
    const { role, name = null, keepSeconds } = asked;
    const id = randomBytes(16).toString('hex');
    const reachable = connect(held, id, { role, temporary: true, name });
    const keep = this.#endWithUser(held, id);
    const isUp = await reachable;
    if (!holds(held, id)) throw new WebstreamerError('room-not-found', 'the room, or the place, was removed meanwhile');
    if (!isUp) {
      await this.#end(held, id);
      throw new WebstreamerError('bridge-unreachable');
    }
    keep(keepSeconds * 1000);
    const expiresAt = new Date(clock() + keepSeconds * 1000).toISOString();
    const place = { room: held.room.name, connection: id, name, role, expiresAt };
    return { ...place, token: (await tokens?.seatToken(place)) ?? null };
  }

  /** Ends the connection when its user has left; what is returned makes it end after a time unless somebody has come by then. */
  #endWithUser(held: HeldRoom, id: string): (ms: number) => void {
    let timer: NodeJS.Timeout | undefined;
    let taken = false;
    connectionOf(held, id).events.on('state', ({ to }) => {
      taken = true;
      clearTimeout(timer);
      if (to === 'waiting') void this.#end(held, id);
    });
    return (ms) => {
      if (!taken) timer = setTimeout(() => void this.#end(held, id), ms).unref();
    };
  }

  async #end(held: HeldRoom, id: string): Promise<void> {
    if (this.#options.holds(held, id)) await this.#options.remove(held, id);
  }
}

function refusalOf({ room, connections }: HeldRoom): JoinRefusal | null {
  const refusal = room.refusal();
  if (refusal !== null || room.settings.maxUsers !== null) return refusal;
  const temporary = [...connections.values()].filter(({ use }) => use.temporary).length;
  return temporary >= MAX_PLACES ? 'room-full' : null;
}
