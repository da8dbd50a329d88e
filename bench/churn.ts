// People come and go as fast as they can: how many a second, and what those who stay see of it.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Figures, percentile, report } from './figures.ts';
import { CLIPS, prepareClip } from './load/clip.ts';
import { rounded, spread } from './measure/compare.ts';
import { Crowd } from './measure/crowd.ts';
import { type Steadiness, steadiness } from './measure/steadiness.ts';
import { visitFor } from './measure/visits.ts';
import { cpuUsIn, total, usagesOf, watch, type Window } from './measure/window.ts';
import { visitedCall } from './peers/webstreamer.ts';

const WARM_UP_MS = 2000;
const CALM_MS = 5000;
const AFTERWARDS_MS = 3000;
const MB = 2 ** 20;

const { values } = parseArgs({
  options: {
    visitors: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '20' },
    repetitions: { type: 'string', default: '3' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const clipFolder = await prepareClip('.cache/clips', CLIPS['360p']);

/** How those who stay fared in a window. */
type Watched = Steadiness & { cpuPercent: number; socketOverflows: number };

/** One run: the steady call left alone, and then with visitors. */
interface Run {
  calm: Watched;
  churn: Watched;
  visits: number;
  failedVisits: number;
  visitsPerSecond: number;
  joinP50Ms: number;
  joinP95Ms: number;
  cpuMsPerVisit: number;
  mbBefore: number;
  mbAfter: number;
}

async function measureOne(visitors: number): Promise<Run> {
  const call = await visitedCall(visitors);
  try {
    const crowd = await Crowd.start({ phases: [...call.phases, { bots: call.visitors }] }, { clipFolder });
    try {
      await crowd.enter(call.phases);
      await pause(WARM_UP_MS);
      return await observe(call, crowd);
    } finally {
      await crowd.close();
    }
  } finally {
    await call.close();
  }
}

async function observe(call: Awaited<ReturnType<typeof visitedCall>>, crowd: Crowd): Promise<Run> {
  const steady = call.phases.flatMap(({ bots }) => bots);
  const watched = (window: Window): Watched => ({
    ...steadiness(steady, window),
    cpuPercent: cpuUsIn(window) / window.elapsedMs / 10,
    socketOverflows: window.socketOverflows,
  });
  const residentMb = async () => total(await usagesOf(call.pids), 'residentBytes') / MB;
  const calm = await watch(call.pids, crowd, CALM_MS);
  const mbBefore = await residentMb();
  let visits = { joinMs: [] as number[], failures: [] as string[] };
  const churn = await watch(call.pids, crowd, async () => {
    visits = await visitFor(crowd, call.visitors, Number(values.seconds) * 1000);
  });
  await pause(AFTERWARDS_MS);
  for (const failure of new Set(visits.failures)) console.error(`a visit failed: ${failure}`);
  if (visits.joinMs.length === 0) throw new Error('nobody could visit the call');
  const calmShare = churn.elapsedMs / calm.elapsedMs;
  return {
    calm: watched(calm),
    churn: watched(churn),
    visits: visits.joinMs.length,
    failedVisits: visits.failures.length,
    visitsPerSecond: (visits.joinMs.length * 1000) / churn.elapsedMs,
    joinP50Ms: percentile(visits.joinMs, 0.5),
    joinP95Ms: percentile(visits.joinMs, 0.95),
    cpuMsPerVisit: (cpuUsIn(churn) - cpuUsIn(calm) * calmShare) / visits.joinMs.length / 1000,
    mbBefore,
    mbAfter: await residentMb(),
  };
}

function steadyColumns(all: readonly Watched[]): Record<string, number> {
  const gap = spread(all.map(({ largestGapMs }) => largestGapMs));
  const sum = (field: keyof Watched) => all.reduce((count, run) => count + run[field], 0);
  return {
    'largest gap ms': gap.median,
    least: gap.min,
    most: gap.max,
    'largest gap sent ms': spread(all.map(({ largestGapSentMs }) => largestGapSentMs)).median,
    'frames seen': sum('frames'),
    'frames missing': sum('missingFrames'),
    'not decodable': sum('undecodableFrames'),
    'socket overflows': sum('socketOverflows'),
    'CPU %': spread(all.map(({ cpuPercent }) => cpuPercent)).median,
  };
}

const visitors = Number(values.visitors);
const runs: Run[] = [];
for (let repetition = 1; repetition <= Number(values.repetitions); repetition++) {
  const run = await measureOne(visitors);
  runs.push(run);
  console.error(
    `run ${repetition}: ${run.visitsPerSecond.toFixed(1)} visits/s, ${run.failedVisits} failed; largest gap ${run.churn.largestGapMs.toFixed(0)} ms;` +
      ` ${run.churn.missingFrames} of ${run.churn.frames + run.churn.missingFrames} frames missing`,
  );
}
const median = (field: Exclude<keyof Run, 'calm' | 'churn'>) => spread(runs.map((run) => run[field])).median;
const figures: Figures = {
  'webstreamer, left alone': rounded(steadyColumns(runs.map(({ calm }) => calm))),
  [`webstreamer, ${visitors} come and go`]: rounded({
    ...steadyColumns(runs.map(({ churn }) => churn)),
    'joins/s': median('visitsPerSecond'),
    'join p50 ms': median('joinP50Ms'),
    'join p95 ms': median('joinP95Ms'),
    'joins failed': runs.reduce((all, { failedVisits }) => all + failedVisits, 0),
    'CPU ms/join and leave': median('cpuMsPerVisit'),
    'MB before': median('mbBefore'),
    'MB after': median('mbAfter'),
  }),
};
report('churn', figures, {}, runs);
