// From the operator's PUT of the speaker to the first frame of the new speaker painted at each viewer, and from the PATCH of the layout
// until everybody in a call of four sees all of the new one.
import { parseArgs } from 'node:util';
import { withDeadline } from '../src/common/deadline.ts';
import type { Layout } from '../src/protocol/http-api/room.ts';
import { Cast } from '../test/e2e/support/cast.ts';
import type { Colour } from '../test/e2e/support/fake-media.ts';
import { meet } from '../test/e2e/support/meeting.ts';
import type { Person } from '../test/e2e/support/person.ts';
import { startServer, type TestServer } from '../test/e2e/support/server.ts';
import { type Figures, report, summary } from './figures.ts';
import { timeLayoutChanges } from './measure/layout-changes.ts';
import { installFirstFrame } from './pages/first-frame.ts';

const SPEAKERS: Colour[] = ['red', 'green'];
const VIEWERS: Colour[] = ['blue', 'yellow'];
const PAINT_TIMEOUT_MS = 20_000;

const { values } = parseArgs({
  options: {
    switches: { type: 'string', default: '30' },
    layouts: { type: 'string', default: '5' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});

/** Gives the floor to a speaker; answers the ms until each viewer paints them. */
async function timeSwitch(server: TestServer, viewers: Person[], speaker: number): Promise<number[]> {
  const colour = SPEAKERS[speaker] ?? 'red';
  const painted = viewers.map(({ page }) => page.evaluate((wanted) => firstFrame(wanted), colour));
  const start = performance.timeOrigin + performance.now();
  await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection: String(speaker + 1) });
  const late = () => new Error(`not every viewer has seen ${colour} after ${PAINT_TIMEOUT_MS} ms`);
  const paintedAt = await withDeadline(Promise.all(painted), PAINT_TIMEOUT_MS, late);
  return paintedAt.map((at) => at - start);
}

/** The times of so many changes of the speaker, at two viewers each. */
async function timeSwitches(cast: Cast, server: TestServer, count: number): Promise<number[]> {
  const people = [...SPEAKERS, ...VIEWERS].map((colour) => ({ colour }));
  const viewers = (await meet(cast, server, 'hall', people)).slice(SPEAKERS.length);
  for (const { page } of viewers) await page.evaluate(installFirstFrame);
  await timeSwitch(server, viewers, 0);
  const times: number[] = [];
  for (let i = 1; i <= count; i++) times.push(...(await timeSwitch(server, viewers, i % SPEAKERS.length)));
  return times;
}

/** Opens a room of four, and ends all afterwards. */
async function inRoom<T>(layout: Layout, scene: (cast: Cast, server: TestServer) => Promise<T>): Promise<T> {
  const server = await startServer({ rooms: [{ name: 'hall', layout, connections: ['1', '2', '3', '4'] }] });
  const cast = new Cast();
  try {
    return await scene(cast, server);
  } finally {
    await cast.close();
    await server.close();
  }
}

const figures: Figures = {};
const runs: Record<string, number[]> = {};
const [switches, layouts] = [Number(values.switches), Number(values.layouts)];
if (switches > 0) {
  runs.speaker = await inRoom('speaker', (cast, server) => timeSwitches(cast, server, switches));
  figures['from PUT to the first painted frame (ms)'] = summary(runs.speaker);
}
if (layouts > 0) {
  const changes = await inRoom('gallery', (cast, server) => timeLayoutChanges(cast, server, 'hall', layouts));
  for (const [change, times] of changes) {
    runs[change] = times;
    figures[`${change}, at the last of four (ms)`] = summary(times);
  }
}
report('switch', figures, {}, runs);
