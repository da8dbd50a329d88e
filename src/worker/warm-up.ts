import { MediaRoom } from './media-room.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * Loads the plugins, makes the process' DTLS certificate and prepares the slate, by one negotiation that nobody sees: the first
 * connection of a cold worker would wait a second or more for all this.
 */
export async function warmUp(context: WorkerContext): Promise<void> {
  const room = new MediaRoom('warm-up', { ...context, report: () => undefined, reportLevels: () => undefined });
  const endpoint = room.open('warm-up');
  await Promise.all([context.slate.warmUp(), endpoint.createOffer()]);
  await room.close();
}
