// From the operator's PUT of the speaker to the first frame of the new speaker painted at each viewer.
import { Cast } from '../test/e2e/support/cast.ts';
import type { Colour } from '../test/e2e/support/fake-media.ts';
import { meet } from '../test/e2e/support/meeting.ts';
import type { Person } from '../test/e2e/support/person.ts';
import { startServer, type TestServer } from '../test/e2e/support/server.ts';
import { report, summary } from './figures.ts';

const SWITCHES = 30;
const SPEAKERS: Colour[] = ['red', 'green'];
const VIEWERS: Colour[] = ['blue', 'yellow'];

/** Gives the floor to a speaker; answers the ms until each viewer paints them. */
async function timeSwitch(server: TestServer, viewers: Person[], speaker: number): Promise<number[]> {
  const colour = SPEAKERS[speaker] ?? 'red';
  await Promise.all(viewers.map((viewer) => viewer.startRecording()));
  const start = performance.timeOrigin + performance.now();
  await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection: String(speaker + 1) });
  await Promise.all(viewers.map((viewer) => viewer.waitForColours([colour])));
  await Promise.all(viewers.map((viewer) => viewer.waitForFrames(2))); // the recorder hears of a frame after it can be seen
  const recordings = await Promise.all(viewers.map((viewer) => viewer.stopRecording()));
  return recordings.map((frames) => {
    const shown = Object.values(frames)
      .flat()
      .filter((frame) => frame.colour === colour);
    return Math.min(...shown.map(({ t }) => t)) - start;
  });
}

const server = await startServer({ rooms: [{ name: 'hall', layout: 'speaker', connections: ['1', '2', '3', '4'] }] });
const cast = new Cast();
try {
  const people = [...SPEAKERS, ...VIEWERS].map((colour) => ({ colour }));
  const viewers = (await meet(cast, server, 'hall', people)).slice(SPEAKERS.length);
  await timeSwitch(server, viewers, 0);
  const times: number[] = [];
  for (let i = 1; i <= SWITCHES; i++) times.push(...(await timeSwitch(server, viewers, i % SPEAKERS.length)));
  report('switch', { 'from PUT to the first painted frame (ms)': summary(times) });
} finally {
  await cast.close();
  await server.close();
}
