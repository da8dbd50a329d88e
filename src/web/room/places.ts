import { ApiError, type Place, type Role, UnreachableError, type Webstreamer } from '../../client/index.ts';
import type { Goal } from '../shared/call-state.ts';
import { CallError, type Failure } from '../shared/failure.ts';
import type { GivenPlace } from './token.ts';

/** How the server's refusals are called here; whatever else it says is `join-refused`. */
const FAILURE_BY_CODE: Partial<Record<string, Failure>> = {
  'room-not-found': 'room-not-available',
  'room-locked': 'room-locked',
  'room-full': 'room-full',
  'not-authenticated': 'not-authenticated',
  'token-expired': 'token-expired',
  'token-revoked': 'token-revoked',
  'not-allowed': 'not-allowed',
  'bad-request': 'bad-id',
  'bridge-unreachable': 'server-unreachable',
  draining: 'draining',
  'shutting-down': 'server-unreachable',
  'media-unavailable': 'server-unreachable',
  'too-many-requests': 'server-unreachable',
};

/** What a request that failed means for a call. */
export function failureOf(error: unknown): CallError {
  if (error instanceof UnreachableError) return new CallError('server-unreachable', { cause: error });
  if (!(error instanceof ApiError)) throw error;
  const failure = FAILURE_BY_CODE[error.code] ?? 'join-refused';
  return new CallError(failure, { cause: error, ...(failure === 'join-refused' && { detail: error.message }) });
}

type TakenPlace = Pick<Place, 'connection' | 'token' | 'name'>;

/** Gets places in one room: the one that the page was opened with, else new ones. */
export class Places {
  readonly #client: Webstreamer;
  readonly #room: string;
  #given: TakenPlace | undefined;
  #place: TakenPlace | undefined;

  constructor(client: Webstreamer, room: string, given?: GivenPlace) {
    this.#client = client;
    this.#room = room;
    this.#given = given && { ...given, name: null };
  }

  /** The place that was got last. */
  get place(): TakenPlace | undefined {
    return this.#place;
  }

  /** What a failure is at the place that was got last: one that the page was opened with may have gone, or have been taken. */
  explain(failure: Failure): Failure {
    const isGone = failure === 'room-not-available' || failure === 'room-full';
    return isGone && this.#place !== undefined && this.#place === this.#given ? 'place-gone' : failure;
  }

  async #next(name: string, role: Role | undefined): Promise<TakenPlace> {
    const given = this.#given;
    // A token of a place gets no other one.
    if (given && (given.token !== null || this.#place === undefined)) return given;
    this.#given = undefined;
    return this.#client.join(this.#room, { ...(name && { name }), ...(role && { role }) });
  }

  /** A place, as what a call is made with. Rejects with a CallError. */
  async find(name: string, role: Role | undefined): Promise<Goal> {
    try {
      this.#place = await this.#next(name, role);
    } catch (error) {
      throw failureOf(error);
    }
    const { connection, token, name: called } = this.#place;
    const fullName = called ?? name;
    return {
      entrance: 'join',
      id: connection,
      extra: { ...(fullName && { fullName }), webstreamer: { boxes: true, ...(token !== null && { token }) } },
    };
  }
}
