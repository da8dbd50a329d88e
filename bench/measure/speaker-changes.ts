import { withDeadline } from '../../src/common/deadline.ts';
import type { Cast } from '../../test/e2e/support/cast.ts';
import { type Colour, COLOURS } from '../../test/e2e/support/fake-media.ts';
import { meet } from '../../test/e2e/support/meeting.ts';
import { ourPage } from '../../test/e2e/support/pages.ts';
import type { Person } from '../../test/e2e/support/person.ts';
import type { TestServer } from '../../test/e2e/support/server.ts';
import { BotHost } from '../load/bot-host.ts';
import { CLIPS, prepareClip, rgbOf } from '../load/clip.ts';
import { installFirstFrame } from '../pages/first-frame.ts';

const SPEAKERS: Colour[] = ['red', 'green'];
const VIEWERS: Colour[] = ['blue', 'yellow'];
const SIGHT_TIMEOUT_MS = 20_000;

/** Resolves with the ms since 1970 at which somebody sees a speaker. */
type Viewer = (speaker: number) => Promise<number>;

const nowMs = () => performance.timeOrigin + performance.now();
const connectionOf = (speaker: number) => String(1 + speaker);

const viewerAt =
  ({ page }: Person): Viewer =>
  (speaker) =>
    page.evaluate((wanted) => firstFrame(wanted), SPEAKERS[speaker] ?? 'red');

/** Gives the floor of the room `hall` to one speaker after the other; answers the ms of each change until each viewer sees them. */
async function timeChanges(server: TestServer, viewers: Viewer[], count: number): Promise<number[]> {
  const times: number[] = [];
  for (let change = 0; change <= count; change++) {
    const speaker = change % SPEAKERS.length;
    const seen = viewers.map((viewer) => viewer(speaker));
    const start = nowMs();
    await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection: connectionOf(speaker) });
    const late = () => new Error(`not every viewer has seen speaker ${speaker} after ${SIGHT_TIMEOUT_MS} ms`);
    const seenAt = await withDeadline(Promise.all(seen), SIGHT_TIMEOUT_MS, late);
    if (change > 0) times.push(...seenAt.map((at) => at - start));
  }
  return times;
}

/** Four pages, two of which speak: until each of the others has painted the new speaker. */
export async function changesAmongPages(cast: Cast, server: TestServer, count: number): Promise<number[]> {
  const people = [...SPEAKERS, ...VIEWERS].map((colour) => ({ colour }));
  const viewers = (await meet(cast, server, 'hall', people)).slice(SPEAKERS.length);
  for (const { page } of viewers) await page.evaluate(installFirstFrame);
  return await timeChanges(server, viewers.map(viewerAt), count);
}

/**
 * Two bots with cameras of 720p30, which make a key frame at the next picture after they are asked, as an encoder does, and cost no
 * browser; and so many pages that look on. Without any a third bot does, until it could decode a frame: it knows but one clip, which
 * both speakers send then.
 */
export async function changesOfBots(
  cast: Cast,
  server: TestServer,
  count: number,
  pages: 0 | 1 | 2,
): Promise<number[]> {
  const hosts: BotHost[] = [];
  const enter = async (connection: string, source: number | null, colour: Colour) => {
    const clip = await prepareClip('.cache/clips', { ...CLIPS['720p'], colour: rgbOf(COLOURS[colour]) });
    const host = await BotHost.start(clip);
    hosts.push(host);
    await host.join('bot', { source, entrance: { kind: 'page', url: server.url, connection } });
    return host;
  };
  try {
    for (const [index, colour] of SPEAKERS.entries())
      await enter(connectionOf(index), index, pages === 0 ? 'red' : colour);
    const connections = VIEWERS.map((_, index) => connectionOf(SPEAKERS.length + index));
    if (pages === 0) {
      const host = await enter(connections[0] ?? '', null, 'red');
      const viewer: Viewer = (speaker) => host.see('bot', [speaker], SIGHT_TIMEOUT_MS).then(nowMs);
      return await timeChanges(server, [viewer], count);
    }
    const viewers: Viewer[] = [];
    for (const [index, connection] of connections.slice(0, pages).entries()) {
      const person = await cast.launch({ colour: VIEWERS[index] ?? 'blue' });
      await person.open(ourPage(server.origin));
      await person.page.evaluate(installFirstFrame);
      await person.join(connection);
      await server.waitForState('hall', connection, 'connected', SIGHT_TIMEOUT_MS);
      viewers.push(viewerAt(person));
    }
    return await timeChanges(server, viewers, count);
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
  }
}
