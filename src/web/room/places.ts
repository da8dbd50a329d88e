import { ApiError, type Place, type Role, UnreachableError, type Webstreamer } from '../../client/index.ts';
import type { Goal } from '../shared/call-state.ts';
import { CallError, type Failure } from '../shared/failure.ts';

/** How the server's refusals are called here; whatever else it says is `join-refused`. */
const FAILURE_BY_CODE: Partial<Record<string, Failure>> = {
  'room-not-found': 'room-not-available',
  'room-locked': 'room-locked',
  'room-full': 'room-full',
  'not-authenticated': 'not-authenticated',
  'token-expired': 'token-expired',
  'not-allowed': 'not-allowed',
  'bad-request': 'bad-id',
  'bridge-unreachable': 'server-unreachable',
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

/** Gets places in one room. */
export class Places {
  readonly #client: Webstreamer;
  readonly #room: string;
  #place: Place | undefined;

  constructor(client: Webstreamer, room: string) {
    this.#client = client;
    this.#room = room;
  }

  /** The place that was got last. */
  get place(): Place | undefined {
    return this.#place;
  }

  /** A new place, as what a call is made with. Rejects with a CallError. */
  async find(name: string, role: Role | undefined): Promise<Goal> {
    try {
      this.#place = await this.#client.join(this.#room, { ...(name && { name }), ...(role && { role }) });
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
