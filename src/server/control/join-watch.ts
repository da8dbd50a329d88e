import type { ConnectionEvents } from '../connection/connection.ts';
import type { TypedEmitter } from '../../common/typed-emitter.ts';

/** Tells how long each join of a connection takes, in seconds: from the request until media are up. Invitations later on are none. */
export function watchJoins(
  events: TypedEmitter<ConnectionEvents>,
  joined: (seconds: number) => void,
  now: () => number = () => performance.now(),
): void {
  let askedMs: number | null = null;
  events.on('state', ({ from, to, reason }) => {
    if (to === 'joining' && (from === 'waiting' || reason === 'replaced')) askedMs = now();
    if (to === 'waiting' || to === 'closed') askedMs = null;
    if (to !== 'connected' || askedMs === null) return;
    joined((now() - askedMs) / 1000);
    askedMs = null;
  });
}
