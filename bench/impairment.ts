// Three people in a gallery, one of them over a path that loses, delays or holds up packets: what that one sees, and what the others do.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cast } from '../test/e2e/support/cast.ts';
import { type Impairment, ImpairedPath } from '../test/e2e/support/impaired-path.ts';
import type { Person } from '../test/e2e/support/person.ts';
import type { PaintedFrame } from '../test/e2e/support/probe.ts';
import { startServer } from '../test/e2e/support/server.ts';
import { report } from './figures.ts';
import { type RtpStream, rtpStreams } from './pages/rtp-streams.ts';

const FRAME_RATE = 15;
/** A picture that stands for longer than this is seen to stand. */
const FREEZE_MS = 300;
const SETTLE_MS = 4_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const seconds = Number(values.seconds);

interface Scenario {
  name: string;
  impairment: Impairment;
  /** How long it lasts; the whole time by default. */
  lastsMs?: number;
}

const SCENARIOS: Scenario[] = [
  { name: 'nothing', impairment: {} },
  { name: '1 % loss', impairment: { lossPercent: 1 } },
  { name: '5 % loss', impairment: { lossPercent: 5 } },
  { name: '10 % loss', impairment: { lossPercent: 10 } },
  { name: '50 ms delay', impairment: { delayMs: 50 } },
  { name: '200 ms delay', impairment: { delayMs: 200 } },
  { name: '200 ms delay and 5 % loss', impairment: { delayMs: 200, lossPercent: 5 } },
  { name: '300 kbit/s', impairment: { rateBps: 300_000 } },
  { name: '5 s blackout', impairment: { lossPercent: 100 }, lastsMs: 5_000 },
];

interface Seen {
  frozenMs: number;
  longestMs: number;
  framesPerSecond: number;
  /** From the end of the impairment to the first frame of the picture that came last. */
  recoveryMs: number;
}

/** What the pictures of one page did between two times. */
function seen(pictures: Record<string, PaintedFrame[]>, from: number, to: number, impairedUntil: number): Seen {
  const all = Object.values(pictures).map((frames) => frames.map(({ t }) => t));
  const each = all.map((times) => {
    const inside = times.filter((t) => t >= from && t <= to);
    const edges = [from, ...inside, to];
    const gaps = edges.slice(1).map((t, index) => t - (edges[index] ?? t));
    const frozen = gaps.filter((gap) => gap > FREEZE_MS);
    const next = times.find((t) => t > impairedUntil) ?? Infinity;
    return {
      frozenMs: frozen.reduce((sum, gap) => sum + gap, 0),
      longestMs: Math.max(0, ...gaps),
      frames: inside.length,
      recoveryMs: next - impairedUntil,
    };
  });
  const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return {
    frozenMs: mean(each.map(({ frozenMs }) => frozenMs)),
    longestMs: Math.max(...each.map(({ longestMs }) => longestMs)),
    framesPerSecond: mean(each.map(({ frames }) => frames)) / ((to - from) / 1000),
    recoveryMs: Math.max(...each.map(({ recoveryMs }) => recoveryMs)),
  };
}

const inWords = ({ frozenMs, longestMs, framesPerSecond, recoveryMs }: Seen) => ({
  'frozen s': Math.round(frozenMs / 100) / 10,
  'longest ms': Math.round(longestMs),
  'frames/s': Math.round(framesPerSecond * 10) / 10,
  'recovery ms': Math.round(recoveryMs),
});

/** What was held back by the jitter buffers of a kind, and what of the sound was made up, between two looks at the statistics. */
function buffered(before: RtpStream[], after: RtpStream[], kind: 'audio' | 'video') {
  const sum = (
    streams: RtpStream[],
    field: 'jitterBufferSeconds' | 'jitterBufferFrames' | 'bytes' | 'concealed' | 'samples',
  ) =>
    streams
      .filter((one) => one.kind === kind && one.direction === 'inbound')
      .reduce((total, one) => total + one[field], 0);
  const grown = (field: Parameters<typeof sum>[1]) => sum(after, field) - sum(before, field);
  return {
    ms: (grown('jitterBufferSeconds') * 1000) / Math.max(1, grown('jitterBufferFrames')),
    kbps: (grown('bytes') * 8) / 1000 / seconds,
    concealedPercent: (100 * grown('concealed')) / Math.max(1, grown('samples')),
  };
}

const cast = new Cast();
const path = await ImpairedPath.prepare(1);
const figures: Record<string, Record<string, number>> = {};
const server = await startServer({
  host: '0.0.0.0',
  auth: { required: false },
  ice: { addresses: ['127.0.0.1', path.serverAddress] },
});
const look = (person: Person) => person.page.evaluate(rtpStreams);
try {
  const origin = `http://${path.serverAddress}:${server.port}`;
  const film = { grain: true, frameRate: FRAME_RATE };
  const impaired = await cast.launch({
    colour: 'red',
    film,
    tone: 'do',
    executable: path.executable,
    trustedOrigin: origin,
  });
  const others = [
    await cast.launch({ colour: 'green', film, tone: 're' }),
    await cast.launch({ colour: 'blue', film, tone: 'mi' }),
  ];
  for (const [index, person] of [impaired, ...others].entries()) {
    await person.open(`${person === impaired ? origin : server.origin}/demos/Video-Conferencing.html`);
    await person.join(String(index + 1));
    await server.waitForState('lobby', String(index + 1), 'connected', 60_000);
  }
  const people = [impaired, ...others];
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(values.only))) {
    await Promise.all(people.map((person) => person.waitForFrames(30, 60_000)));
    await pause(SETTLE_MS);
    for (const person of people) await person.startRecording();
    const before = await Promise.all(people.map(look));
    const from = Date.now();
    await path.set(scenario.impairment);
    await pause(scenario.lastsMs ?? seconds * 1000);
    if (scenario.lastsMs) await path.set();
    const until = Date.now();
    await pause(seconds * 1000 - (until - from));
    const to = Date.now();
    if (!scenario.lastsMs) await path.set();
    const after = await Promise.all(people.map(look));
    await pause(scenario.lastsMs ? 0 : 5_000);
    const recordings = await Promise.all(people.map((person) => person.stopRecording()));
    for (const [index, person] of people.entries()) {
      // The pictures of the others only come from good paths; that of the impaired one suffers on its way up.
      const all = Object.entries(recordings[index] ?? {});
      const isImpaired = ([, frames]: [string, PaintedFrame[]]) => frames.some(({ colour }) => colour === 'red');
      const good = all.filter((picture) => person === impaired || !isImpaired(picture));
      const of = (pictures: typeof all) => inWords(seen(Object.fromEntries(pictures), from, to, until));
      const [picture, sound] = [
        buffered(before[index] ?? [], after[index] ?? [], 'video'),
        buffered(before[index] ?? [], after[index] ?? [], 'audio'),
      ];
      figures[`${scenario.name}: ${person === impaired ? 'impaired' : `other ${index}`}`] = {
        ...of(good),
        'picture kbit/s': Math.round(picture.kbps),
        'picture buffer ms': Math.round(picture.ms),
        'sound buffer ms': Math.round(sound.ms),
        'sound made up %': Math.round(sound.concealedPercent * 10) / 10,
      };
      if (person !== impaired)
        figures[`${scenario.name}: impaired, as other ${index} sees them`] = of(all.filter(isImpaired));
    }
    console.error(scenario.name, JSON.stringify(Object.entries(figures).slice(-5)));
  }
} finally {
  await cast.close();
  await server.close();
  await path.close();
}
report('impairment', figures, {});
