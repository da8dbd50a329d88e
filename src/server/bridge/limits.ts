import type { BridgeLimits } from '../../protocol/config.ts';
import type { RefusalReason } from './refusal.ts';
import { Bucket, type Rate } from '../../common/rate.ts';

/** How many seconds of the average may come at once. */
const BURST_SECONDS = 5;

const rateOf = (perSecond: number): Rate => ({ perSecond, burst: perSecond * BURST_SECONDS });

/** What one address may still do. */
interface AddressBooks {
  sockets: number;
  readonly events: Bucket;
}

/** What one socket may still do. */
export interface Allowance {
  /** Takes one event of so many bytes from it; answers why it may not come, or null. */
  take(bytes: number): RefusalReason | null;
  /** The socket has ended. */
  end(): void;
}

/** Counts the sockets, and what they send, by address. */
export class Limits {
  readonly #limits: BridgeLimits;
  readonly #now: () => number;
  readonly #addresses = new Map<string, AddressBooks>();
  #sockets = 0;

  constructor(limits: BridgeLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** How many sockets there are. */
  get sockets(): number {
    return this.#sockets;
  }

  /** Whether one more socket may come from an address. */
  mayConnect(address: string): boolean {
    const fromThere = this.#addresses.get(address)?.sockets ?? 0;
    return this.#sockets < this.#limits.sockets && fromThere < this.#limits.socketsPerAddress;
  }

  /** A socket has come from an address. */
  connect(address: string): Allowance {
    const { eventsPerSecond, bytesPerSecond, eventsPerSecondPerAddress } = this.#limits;
    const nowMs = this.#now();
    const books = this.#addresses.get(address) ?? {
      sockets: 0,
      events: new Bucket(rateOf(eventsPerSecondPerAddress), nowMs),
    };
    this.#addresses.set(address, books);
    books.sockets++;
    this.#sockets++;
    const events = new Bucket(rateOf(eventsPerSecond), nowMs);
    const bytes = new Bucket(rateOf(bytesPerSecond), nowMs);
    let ended = false;
    return {
      take: (length) => {
        const at = this.#now();
        const may = events.take(1, at) && bytes.take(length, at) && books.events.take(1, at);
        return may ? null : 'too-fast';
      },
      end: () => {
        if (ended) return;
        ended = true;
        this.#sockets--;
        books.sockets--;
        if (books.sockets === 0) this.#addresses.delete(address);
      },
    };
  }
}
