// More and more people until frames are missing or late: how many a machine carries that carries the bots as well, beside Janus.
import { parseArgs } from 'node:util';
import { type Figures, report } from './figures.ts';
import { CLIPS, prepareClip } from './load/clip.ts';
import type { Call, Candidate } from './measure/call.ts';
import { rounded } from './measure/compare.ts';
import { growthRow, type Limits, type Step, step } from './measure/growth.ts';
import { measureCall } from './measure/measure-call.ts';
import { janusAbsence, streamingCall, videoRoomCall } from './peers/janus.ts';
import { galleryCall, speakerCall } from './peers/webstreamer.ts';

const OURS = 'webstreamer';
const PEER = 'janus';
const LIMITS: Limits = { missingPercent: 1, delayP95Ms: 150 };
/** Less than this of the machine unused: it was the machine that broke, with the bots on it. */
const USED_UP_PERCENT = 5;

interface Layout {
  clip: keyof typeof CLIPS;
  sizes: string;
  start: Record<typeof OURS | typeof PEER, (size: number) => Promise<Call>>;
}

const LAYOUTS: Record<string, Layout> = {
  speaker: {
    clip: '720p',
    sizes: '10,20,40,60,90,120,160',
    start: { [OURS]: speakerCall, [PEER]: streamingCall },
  },
  gallery: {
    clip: '360p',
    sizes: '4,6,8,10,14,18,24',
    start: { [OURS]: galleryCall, [PEER]: videoRoomCall },
  },
};

const { values } = parseArgs({
  options: {
    layout: { type: 'string', default: 'speaker,gallery' },
    sizes: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '5' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const names = values.layout.split(',');

/** What stopped a call from growing. */
function describe({ people, figures, broken }: Step): string {
  if (broken === null) return `${people} people hold`;
  if (!figures) return `${people} people break: ${broken}`;
  const usedUp = figures.machineIdlePercent < USED_UP_PERCENT;
  const whose = usedUp ? 'the machine is used up' : 'the machine is not used up: it is the server';
  const server = Object.entries(figures.cpuPercent).map(([part, percent]) => `${part} ${percent.toFixed(0)} %`);
  const bots = `bots ${figures.botsCpuPercent.toFixed(0)} %`;
  return `${people} people break: ${broken}; ${whose} (${[...server, bots].join(', ')} of a core)`;
}

/** Lets the calls of all candidates grow side by side; one that has broken grows no more. */
async function grow(name: string, untilMs: number): Promise<Record<string, Step[]>> {
  const layout = LAYOUTS[name];
  if (!layout) throw new Error(`there is no layout ${name}, but ${Object.keys(LAYOUTS).join(' and ')}`);
  const clipFolder = await prepareClip('.cache/clips', CLIPS[layout.clip]);
  const options = { clipFolder, warmUpMs: 2000, measureMs: Number(values.seconds) * 1000 };
  const all: Candidate[] = [
    { name: OURS, absent: null, start: layout.start[OURS] },
    { name: PEER, absent: janusAbsence(), start: layout.start[PEER] },
  ];
  for (const { name: candidate, absent } of all) if (absent !== null) console.error(`skipped: ${candidate}: ${absent}`);
  let growing = all.filter(({ absent }) => absent === null);
  const steps: Record<string, Step[]> = Object.fromEntries(growing.map((candidate) => [candidate.name, []]));
  for (const people of (values.sizes ?? layout.sizes).split(',').map(Number)) {
    for (const candidate of [...growing]) {
      if (performance.now() > untilMs) {
        console.error(`${candidate.name}, ${name}: not grown to ${people}: the time is over`);
        continue;
      }
      const measured = await step(people, (size) => measureOne(candidate, size, options), LIMITS);
      steps[candidate.name]?.push(measured);
      console.error(`${candidate.name}, ${name}: ${describe(measured)}`);
      if (measured.broken !== null) growing = growing.filter((other) => other !== candidate);
    }
  }
  return steps;
}

async function measureOne({ start }: Candidate, size: number, options: Parameters<typeof measureCall>[1]) {
  const call = await start(size);
  try {
    return await measureCall(call, options);
  } finally {
    await call.close();
  }
}

const figures: Figures = {};
const ratios: Record<string, number> = {};
const runs: Record<string, unknown> = {};
for (const name of names) {
  const steps = await grow(name, performance.now() + (Number(values.minutes) * 60_000) / names.length);
  for (const [candidate, own] of Object.entries(steps)) figures[`${candidate}, ${name}`] = rounded(growthRow(own));
  const [ours = NaN, peers = NaN] = [OURS, PEER].map((candidate) => figures[`${candidate}, ${name}`]?.people ?? NaN);
  if (peers > 0) ratios[`${PEER}, people in ${name}`] = ours / peers;
  runs[name] = steps;
}
report('capacity', figures, ratios, runs);
