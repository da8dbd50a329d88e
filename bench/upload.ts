// What one page sends, and what its browser costs, in calls of 2, 4 and 6 people: a gallery of our server beside pages that send to
// each other. The pictures are small and few and there is no sound, so that it is the number of people that counts and not what the
// machine, which carries all the browsers, can do.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cast } from '../test/e2e/support/cast.ts';
import { COLOURS, type Colour } from '../test/e2e/support/fake-media.ts';
import type { Person } from '../test/e2e/support/person.ts';
import { report } from './figures.ts';
import { rounds } from './measure/rounds.ts';
import { browserCpuUs } from './measure/browser-cpu.ts';
import { type PageSight, type UploadRun, uploadRatio, uploadRow, uploadRun } from './measure/upload-run.ts';
import { limitVideo } from './pages/limit-video.ts';
import { rtpStreams } from './pages/rtp-streams.ts';
import { installNoMicrophone } from './pages/no-microphone.ts';
import { openGallery, openMesh, type Venue } from './peers/venues.ts';

/** 30 of these are encoded and decoded in a mesh of six. */
const FILM = { grain: true, frameRate: 5 };
const BITRATE_BPS = 100_000;
const SIGHT_TIMEOUT_MS = 30_000;
const RAMP_UP_MS = 15_000;
const LIMIT_MS = 600_000;

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '2,4,6' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const sizes = values.people
  .split(',')
  .map(Number)
  .toSorted((a, b) => a - b);
const most = Math.max(...sizes);
const seconds = Number(values.seconds);
const colours = Object.keys(COLOURS).slice(0, most) as Colour[];
if (!(Math.min(...sizes) >= 2 && most <= colours.length)) throw new Error('--people are numbers from 2 to 8');

/** Waits until each of the people's videos is sent with nearly all that it may have, or the time is up. */
async function waitForRampUp(people: readonly Person[]): Promise<void> {
  const deadline = performance.now() + RAMP_UP_MS;
  for (const person of people) {
    for (;;) {
      const sent = (await person.page.evaluate(rtpStreams)).filter(
        ({ direction, kind, frames }) => direction === 'outbound' && kind === 'video' && frames > 0,
      );
      const rampedUp = sent.length > 0 && sent.every(({ targetBps }) => targetBps > 0.95 * BITRATE_BPS);
      if (rampedUp || performance.now() > deadline) break;
      await pause(200); // statistics have no events
    }
  }
}

async function observe(people: readonly Person[]): Promise<PageSight[]> {
  const one = async (person: Person) => {
    const [streams, boxes, cpuUs] = await Promise.all([
      person.page.evaluate(rtpStreams),
      person.boxes(),
      browserCpuUs(person.pid),
    ]);
    return { name: person.name, atMs: performance.now(), streams, boxes, cpuUs };
  };
  return Promise.all(people.map(one));
}

/** Fills the room one by one, and measures at each of the sizes. */
async function fill(venue: Venue, cast: readonly Person[]): Promise<UploadRun[]> {
  const runs: UploadRun[] = [];
  for (const [index, newcomer] of cast.entries()) {
    await venue.enter(newcomer, index);
    if (!sizes.includes(index + 1)) continue;
    const people = cast.slice(0, index + 1);
    const others = (person: Person) => people.filter((other) => other !== person).map(({ name }) => name);
    await Promise.all(people.map((person) => person.waitForColours(others(person), SIGHT_TIMEOUT_MS)));
    await Promise.all(people.map((person) => person.page.evaluate(limitVideo, BITRATE_BPS)));
    await waitForRampUp(people);
    const before = await observe(people);
    await pause(seconds * 1000);
    const run = uploadRun(before, await observe(people));
    console.error(`${venue.name}, ${people.length} people: ${JSON.stringify(uploadRow([run]))}`);
    runs.push(run);
  }
  await venue.leave(cast);
  return runs;
}

const cast = new Cast();
const venues: Venue[] = [];
const runs: Record<Venue['name'], UploadRun[][]> = { webstreamer: [], mesh: [] };
try {
  const people: Person[] = [];
  for (const colour of colours) {
    const person = await cast.launch({ colour, film: FILM, viewport: { width: 320, height: 240 } });
    await person.context.addInitScript(installNoMicrophone);
    people.push(person);
  }
  venues.push(await openGallery(most), await openMesh());
  await rounds(Number(values.rounds), LIMIT_MS, async () => {
    for (const venue of venues) runs[venue.name].push(await fill(venue, people));
  });
} finally {
  await cast.close();
  for (const venue of venues) await venue.close();
}
const ofSize = (name: Venue['name'], size: number) => runs[name].flatMap((round) => round[sizes.indexOf(size)] ?? []);
const rows = sizes.flatMap((size) =>
  venues.map(({ name }) => [`${name}, ${size} people`, uploadRow(ofSize(name, size))] as const),
);
const ratios = sizes.map(
  (size) =>
    [
      size === most ? 'mesh' : `mesh, ${size}`,
      uploadRatio(ofSize('webstreamer', size), ofSize('mesh', size), 'uploadBps'),
    ] as const,
);
const cpu = uploadRatio(ofSize('webstreamer', most), ofSize('mesh', most), 'cpuPercent');
report('upload', Object.fromEntries(rows), { ...Object.fromEntries(ratios), [`mesh, CPU, ${most}`]: cpu }, runs);
