import { Cast } from '../../test/e2e/support/cast.ts';
import { COLOURS } from '../../test/e2e/support/fake-media.ts';
import { ourPage } from '../../test/e2e/support/pages.ts';
import { BotHost } from '../load/bot-host.ts';
import { CLIPS, prepareClip, rgbOf } from '../load/clip.ts';
import { installFirstFrame } from '../pages/first-frame.ts';
import { installJoinSteps } from '../pages/join-steps.ts';
import { ROOM, startServer } from '../peers/webstreamer.ts';
import { rounds } from './rounds.ts';
import { type Join, timeJoin } from './time-join.ts';

const LIMIT_MS = 90_000;

/**
 * Joins of one page, as the second person of a gallery whose first is a bot with a camera of 360p30: no other browser starts anything.
 * The first join is not counted: it fills the browser's caches.
 */
export async function joinsBesideBot(count: number): Promise<Join[]> {
  const clip = await prepareClip('.cache/clips', { ...CLIPS['360p'], colour: rgbOf(COLOURS.red) });
  const server = await startServer([{ name: ROOM, layout: 'gallery', connections: ['0', '1'] }]);
  const host = await BotHost.start(clip);
  const cast = new Cast();
  try {
    await host.join('bot', { source: 0, entrance: { kind: 'page', url: server.url, connection: '0' } });
    const guest = await cast.launch({ colour: 'blue' });
    await guest.context.addInitScript(installFirstFrame);
    await guest.context.addInitScript(installJoinSteps);
    const visit = () => timeJoin(guest, ourPage(server.url), '1', 'red');
    await visit();
    const joins: Join[] = [];
    await rounds(count, LIMIT_MS, async () => {
      joins.push(await visit());
    });
    return joins;
  } finally {
    await cast.close();
    await host.close();
    await server.close();
  }
}
