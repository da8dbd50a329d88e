// People who all talk: what the server spends to mix for each of them the sound of all others, and how much of it is the sound's.
// And people who all send pictures: what it spends to compose one of them that all see.
import { parseArgs } from 'node:util';
import { type Figures, report } from './figures.ts';
import { CLIPS, type ClipFormat, prepareClip } from './load/clip.ts';
import { prepareVoices, type Voice } from './load/tone.ts';
import { rounded, spread } from './measure/compare.ts';
import { type GridFigures, gridRow, measureGrid } from './measure/measure-grid.ts';
import { measureMix, type MixFigures } from './measure/measure-mix.ts';
import { range } from './peers/people.ts';
import { gridCall, talkCall } from './peers/webstreamer.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '4,10' },
    grid: { type: 'string', default: '4,9' },
    repetitions: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});

/** What people do, and what they send. */
const BEHAVIOURS = {
  'all talk': (person: number): Voice => person,
  'nobody talks': (): Voice => 'silence',
  'without sound': () => null,
};
type Behaviour = keyof typeof BEHAVIOURS;
const names = Object.keys(BEHAVIOURS) as Behaviour[];

const numbersIn = (list: string) => list.split(',').filter(Boolean).map(Number);
const sizes = numbersIn(values.people);
const options = {
  clipFolder: await prepareClip('.cache/clips', CLIPS['360p']),
  voiceFolder: await prepareVoices('.cache/clips', [...range(Math.max(0, ...sizes)), 'silence']),
  warmUpMs: 3000,
  measureMs: Number(values.seconds) * 1000,
};

async function measureOne(people: number, behaviour: Behaviour): Promise<MixFigures> {
  const call = await talkCall(people, BEHAVIOURS[behaviour]);
  try {
    return await measureMix(call, options);
  } finally {
    await call.close();
  }
}

function rowsOf(people: number, runs: Record<Behaviour, MixFigures>[]): Figures {
  const median = (behaviour: Behaviour, field: keyof MixFigures) =>
    spread(runs.map((run) => run[behaviour][field])).median;
  const perPacket = spread(runs.map((run) => run['all talk'].cpuUsPerSecond / run['all talk'].packetsPerSecond));
  const share = spread(
    runs.map((run) => {
      const { cpuUsPerSecond, packetsPerSecond } = run['all talk'];
      return (cpuUsPerSecond - run['without sound'].cpuUsPerSecond) / packetsPerSecond;
    }),
  );
  const common = (behaviour: Behaviour) => ({
    'video packets/s': median(behaviour, 'videoPacketsPerSecond'),
    'CPU %': median(behaviour, 'cpuUsPerSecond') / 10_000,
    'packets/s': median(behaviour, 'packetsPerSecond'),
    'packets lost': runs.reduce((all, run) => all + run[behaviour].lostPackets, 0),
  });
  const allTalk = {
    'CPU µs/sound packet': perPacket.median,
    least: perPacket.min,
    most: perPacket.max,
    'of these for the sound': share.median,
    ...common('all talk'),
  };
  const rows = {
    'all talk': allTalk,
    'nobody talks': common('nobody talks'),
    'without sound': common('without sound'),
  };
  return Object.fromEntries(
    Object.entries(rows).map(([behaviour, row]) => [`webstreamer, ${people} people, ${behaviour}`, rounded(row)]),
  );
}

const figures: Figures = {};
const all: Record<string, unknown> = {};
for (const people of sizes) {
  const runs: Record<Behaviour, MixFigures>[] = [];
  for (let repetition = 1; repetition <= Number(values.repetitions); repetition++) {
    const run: Partial<Record<Behaviour, MixFigures>> = {};
    for (const behaviour of names) {
      const measured = (run[behaviour] = await measureOne(people, behaviour));
      const cpu = `${(measured.cpuUsPerSecond / 10_000).toFixed(1)} %`;
      console.error(
        `${people} people, ${behaviour}, run ${repetition}: ${cpu}; ${measured.packetsPerSecond.toFixed(0)} sound packets/s`,
      );
    }
    runs.push(run as Record<Behaviour, MixFigures>);
  }
  Object.assign(figures, rowsOf(people, runs));
  all[String(people)] = runs;
}

async function measureGridOf(people: number, clip: ClipFormat): Promise<GridFigures> {
  const call = await gridCall(people);
  try {
    return await measureGrid(call, { ...options, clipFolder: await prepareClip('.cache/clips', clip) });
  } finally {
    await call.close();
  }
}

for (const people of numbersIn(values.grid)) {
  for (const [name, clip] of Object.entries(CLIPS)) {
    const runs: GridFigures[] = [];
    for (let repetition = 1; repetition <= Number(values.repetitions); repetition++) {
      const measured = await measureGridOf(people, clip);
      const cores = `${(measured.cpuUsPerSecond / 1e6).toFixed(2)} cores`;
      console.error(
        `grid of ${people} people who send ${name}, run ${repetition}: ${cores}; ${measured.picturesPerSecond.toFixed(1)} pictures/s`,
      );
      runs.push(measured);
    }
    figures[`webstreamer, grid of ${people} people who send ${name}`] = gridRow(runs);
    all[`grid of ${people}, ${name}`] = runs;
  }
}
report('mix', figures, {}, all);
