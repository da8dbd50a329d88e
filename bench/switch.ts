// From the operator's PUT of the speaker to the first frame of the new speaker painted at each viewer.
import { parseArgs } from 'node:util';
import { withDeadline } from '../src/common/deadline.ts';
import { Cast } from '../test/e2e/support/cast.ts';
import type { Colour } from '../test/e2e/support/fake-media.ts';
import { meet } from '../test/e2e/support/meeting.ts';
import type { Person } from '../test/e2e/support/person.ts';
import { startServer, type TestServer } from '../test/e2e/support/server.ts';
import { report, summary } from './figures.ts';
import { installFirstFrame } from './pages/first-frame.ts';

const SPEAKERS: Colour[] = ['red', 'green'];
const VIEWERS: Colour[] = ['blue', 'yellow'];
const PAINT_TIMEOUT_MS = 20_000;

const { values } = parseArgs({
  options: { switches: { type: 'string', default: '30' }, json: { type: 'boolean' }, save: { type: 'boolean' } },
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

const server = await startServer({ rooms: [{ name: 'hall', layout: 'speaker', connections: ['1', '2', '3', '4'] }] });
const cast = new Cast();
try {
  const people = [...SPEAKERS, ...VIEWERS].map((colour) => ({ colour }));
  const viewers = (await meet(cast, server, 'hall', people)).slice(SPEAKERS.length);
  for (const { page } of viewers) await page.evaluate(installFirstFrame);
  await timeSwitch(server, viewers, 0);
  const times: number[] = [];
  for (let i = 1; i <= Number(values.switches); i++)
    times.push(...(await timeSwitch(server, viewers, i % SPEAKERS.length)));
  report('switch', { 'from PUT to the first painted frame (ms)': summary(times) }, {}, times);
} finally {
  await cast.close();
  await server.close();
}
