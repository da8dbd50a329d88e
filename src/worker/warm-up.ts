import { MediaRoom } from './media-room.ts';
import type { WorkerContext } from './worker-context.ts';

/** The codec of rooms that ask for none. The slate of another is prepared when its first room is opened. */
const CODEC = 'vp8';

/**
 * Loads the plugins, makes the process' DTLS certificate and prepares the slate, by one negotiation that nobody sees: the first
 * connection of a cold worker would wait a second or more for all this.
 */
export async function warmUp(context: WorkerContext): Promise<void> {
  const room = new MediaRoom('warm-up', CODEC, { ...context, report: () => undefined, reportLevels: () => undefined });
  const endpoint = room.open('warm-up');
  await Promise.all([context.slates.prepare(CODEC), endpoint.createOffer()]);
  await room.close();
}
