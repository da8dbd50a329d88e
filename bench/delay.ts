// From the camera of one page to the screen of another, through our server and in a direct call, by a clock in the picture.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cast } from '../test/e2e/support/cast.ts';
import type { Person } from '../test/e2e/support/person.ts';
import { percentile, report } from './figures.ts';
import { type DelayRun, delayRow, delayRun } from './measure/delay-run.ts';
import { rounds } from './measure/rounds.ts';
import { CLIPS } from './load/clip.ts';
import { installClockCamera } from './pages/clock-camera.ts';
import { clockCode } from './pages/clock-code.ts';
import { installClockReader } from './pages/clock-reader.ts';
import { limitVideo } from './pages/limit-video.ts';
import { rtpStreams } from './pages/rtp-streams.ts';
import { openGallery, openMesh, type Venue } from './peers/venues.ts';

const FRAME_RATE = 30;
const RAMP_UP_MS = 30_000;
/** The receiver's jitter buffer forgets the beginning. */
const SETTLE_MS = 2_000;
const LEAST_ENCODED = 0.8;
const LIMIT_MS = 210_000;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    size: { type: 'string', default: '360p' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const format = CLIPS[values.size as keyof typeof CLIPS] as (typeof CLIPS)[keyof typeof CLIPS] | undefined;
if (!format) throw new Error(`--size is one of ${Object.keys(CLIPS).join(', ')}`);
const { width, height, bitrateBps } = format;

/** Resolves when the encoder of the page's only video aims at nearly all that it may send. */
async function waitForRampUp(camera: Person): Promise<void> {
  const deadline = performance.now() + RAMP_UP_MS;
  for (;;) {
    const [video, ...more] = (await camera.page.evaluate(rtpStreams)).filter(
      ({ direction, kind }) => direction === 'outbound' && kind === 'video',
    );
    if (more.length > 0) throw new Error('the camera is sent more than once');
    if (video && video.targetBps > 0.95 * bitrateBps) return;
    if (performance.now() > deadline)
      throw new Error(
        `the camera sends ${video?.targetBps ?? 0} bit/s instead of ${bitrateBps} after ${RAMP_UP_MS} ms`,
      );
    await pause(200); // statistics have no events
  }
}

/** One call: the camera shows the clock, and the screen reads it for a while. */
async function measure(venue: Venue, camera: Person, screen: Person): Promise<DelayRun> {
  await venue.enter(camera, 0);
  await venue.enter(screen, 1);
  await camera.page.evaluate(limitVideo, bitrateBps);
  await waitForRampUp(camera);
  await pause(SETTLE_MS);
  const streams = () => Promise.all([camera, screen].map((person) => person.page.evaluate(rtpStreams)));
  const before = await streams();
  await screen.page.evaluate(() => {
    clockReader.start();
  });
  await pause(Number(values.seconds) * 1000);
  const readings = await screen.page.evaluate(() => clockReader.stop());
  const after = await streams();
  await venue.leave([camera, screen]);
  const run = delayRun({ readings, before, after, size: `${width}x${height}`, seconds: Number(values.seconds) });
  const wanted = Number(values.seconds) * FRAME_RATE;
  if (run.encoded < LEAST_ENCODED * wanted)
    console.error(`the machine is too busy: the camera's page has sent ${run.encoded} of ${wanted} frames`);
  return run;
}

const cast = new Cast();
const venues: Venue[] = [];
const runs: Record<Venue['name'], DelayRun[]> = { webstreamer: [], mesh: [] };
try {
  const [camera, screen] = [await cast.launch({ colour: 'red' }), await cast.launch({ colour: 'blue' })];
  for (const { context } of [camera, screen])
    await context.addInitScript({ content: `globalThis.clockCode = (${String(clockCode)})()` });
  await camera.context.addInitScript(installClockCamera, { width, height, frameRate: FRAME_RATE });
  await screen.context.addInitScript(installClockReader);
  venues.push(await openGallery(2), await openMesh());
  await rounds(Number(values.rounds), LIMIT_MS, async (index) => {
    for (const venue of venues) {
      const run = await measure(venue, camera, screen);
      runs[venue.name].push(run);
      console.error(`${venue.name}, round ${index + 1}: ${JSON.stringify(delayRow([run]))}`);
    }
  });
} finally {
  await cast.close();
  for (const venue of venues) await venue.close();
}
const p50s = (name: Venue['name']) => runs[name].map(({ delaysMs }) => percentile(delaysMs, 0.5));
const added = p50s('webstreamer').map((ours, index) => ours - (p50s('mesh')[index] ?? NaN));
const figures = {
  'webstreamer, camera to screen': delayRow(runs.webstreamer),
  'direct call, camera to screen': delayRow(runs.mesh),
  'added by the server': {
    'p50 ms': Math.round(percentile(added, 0.5)),
    least: Math.round(percentile(added, 0)),
    most: Math.round(percentile(added, 1)),
  },
};
const ratio = percentile(p50s('webstreamer'), 0.5) / percentile(p50s('mesh'), 0.5);
report('delay', figures, { mesh: ratio }, runs);
