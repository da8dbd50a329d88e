import type { Logger } from '../../common/logger.ts';
import type { AdminHandshake } from '../../protocol/signalling/bridge-events.ts';
import { type AdminAccount, administrate, overview, whyNotAdmin } from './admin.ts';
import { dispatch, kindOf } from './dispatch.ts';
import { removeUser } from './membership.ts';
import { type Arrival, arrive, isSecretOf, lose, type Newcomer, wake, welcome } from './presence.ts';
import { type Alarm, countState, createState, type Effects, type StateCounts, type User } from './state.ts';

/**
 * The port between sockets and state: commands go in as plain values, and what they lead to comes out through `Effects`. The
 * adapter of socket.io knows nothing else of the state, so that it can live in another process than the sockets.
 */
export interface BridgeCore {
  /** Whether `told` is the secret of the user of this id. */
  isSecretOf(id: string, told: string): boolean;
  /** A socket has connected; a new user is to be welcomed as soon as it can be reached. */
  arrive(newcomer: Newcomer): Arrival;
  welcome(user: User): void;
  /** What an event is, in a closed list of words. */
  kindOf(user: User, event: string): string;
  /** Handles an event of a user; answers what its acknowledgement is called with, or undefined when it is not. */
  handle(user: User, event: string, args: readonly unknown[]): readonly unknown[] | undefined;
  /** A user has gone for good. */
  leave(user: User): void;
  /** A user's socket broke; it may come back within `graceMs`. */
  lose(user: User, graceMs: number): void;
  /** An alarm that was set through the effects goes off. */
  wake(user: User, alarm: Alarm): void;
  /** Why somebody may not administrate, or null. */
  whyNotAdmin(account: AdminAccount | undefined, handshake: AdminHandshake, address: string): string | null;
  /** Does what an administrator asks for; `show`: everything is to be shown. */
  administrate(request: unknown): { answer: unknown; show: boolean };
  /** Everything there is, or only that it has changed. */
  overview(newUpdates: boolean): Record<string, unknown>;
  count(): StateCounts;
  /** Forgets everything, and tells nobody. */
  clear(): void;
}

/** The state in the memory of this process. */
export function createCore(effects: Effects, logger: Logger): BridgeCore {
  const state = createState(effects, logger);
  return {
    isSecretOf: (id, told) => isSecretOf(state, id, told),
    arrive: (newcomer) => arrive(state, newcomer),
    welcome: (user) => {
      welcome(state, user);
    },
    kindOf,
    handle: (user, event, args) => dispatch(state, user, event, args),
    leave: (user) => {
      removeUser(state, user);
    },
    lose: (user, graceMs) => {
      lose(state, user, graceMs);
    },
    wake: (user, alarm) => {
      wake(state, user, alarm);
    },
    whyNotAdmin: (account, handshake, address) => whyNotAdmin(state, account, handshake, address),
    administrate: (request) => administrate(state, request),
    overview: (newUpdates) => overview(state, newUpdates),
    count: () => countState(state),
    clear: () => {
      const { users, rooms, waiting, virtualIds, missed, guesses } = state;
      for (const held of [users, rooms, waiting, virtualIds, missed, guesses]) held.clear();
    },
  };
}
