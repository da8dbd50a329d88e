import type { Socket } from 'socket.io';

/** How much may wait for a socket to take it, in characters; a session description has about 12,000. */
const MAX_UNSENT = 4_000_000;

/**
 * Cuts a socket whose client does not take what it is sent. It could answer every ping all the same, and what waits for it would
 * grow without bound.
 */
export function cutWhenBehind({ conn }: Socket, onCut: () => void): void {
  let unsent = 0;
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    const before = unsent;
    unsent += data?.length ?? 0;
    if (before > MAX_UNSENT || unsent <= MAX_UNSENT) return;
    // Not in the middle of what an event leads to.
    setImmediate(() => {
      if (unsent <= MAX_UNSENT) return;
      onCut();
      conn.close(true);
    });
  });
  conn.on('drain', () => {
    unsent = 0;
  });
}
