// Four people for a long time, beside whom others come and go: whether delay, memory and threads stay as they were.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Figures, percentile, report } from './figures.ts';
import type { Books } from './load/bot-commands.ts';
import { CLIPS, prepareClip } from './load/clip.ts';
import { prepareVoices } from './load/tone.ts';
import type { BotPlan, Call } from './measure/call.ts';
import { Crowd } from './measure/crowd.ts';
import { soundDelaysMs } from './measure/sound-delay.ts';
import { visitFor } from './measure/visits.ts';
import { usagesOf, watch } from './measure/window.ts';
import { range } from './peers/people.ts';
import { ROOM, startServer } from './peers/webstreamer.ts';

const PEOPLE = 4;
const WARM_UP_MS = 5000;
const MB = 2 ** 20;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    /** How much too fast the microphone of the first person runs, in millionths; the last one's is as much too slow. */
    drift: { type: 'string', default: '300' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});

interface SoakCall extends Call {
  visitor: BotPlan;
}

/** Everybody sees and hears everybody; each says something in one of every four seconds. */
async function soakCall(driftPpm: number): Promise<SoakCall> {
  const seats = range(PEOPLE + 1);
  const { url, pids, close } = await startServer([{ name: ROOM, layout: 'gallery', connections: seats.map(String) }]);
  const [visitor, ...people] = seats.toReversed().map((index): BotPlan => {
    const fast = index === 0 ? driftPpm : index === PEOPLE - 1 ? -driftPpm : 0;
    return {
      name: `person-${index}`,
      process: index === PEOPLE ? 'visitor' : `people ${index % 2}`,
      entrance: { kind: 'page', url, connection: String(index) },
      source: index,
      voice: index === PEOPLE ? 'silence' : 'pulse',
      ...(index < PEOPLE && { turn: { number: index, of: PEOPLE, driftPpm: fast } }),
      sees: range(PEOPLE).filter((other) => other !== index),
    };
  });
  if (!visitor) throw new Error('there is nobody');
  return { pids, people: PEOPLE, phases: [{ bots: people.toReversed() }], visitor, close };
}

/** What a minute was like; sound and picture delays are those of everybody at everybody else. */
function figuresOf(books: Books, people: readonly BotPlan[]) {
  const sound = people.flatMap(({ name }) => {
    const others = people.filter((other) => other.name !== name);
    const pulses = others.flatMap((other) => books[other.name]?.sentPulsesUs ?? []);
    const beginnings = books[name]?.sounds.flatMap(({ beginningsUs }) => beginningsUs) ?? [];
    return soundDelaysMs(pulses, beginnings);
  });
  const streams = people.flatMap(({ name, sees }) =>
    (books[name]?.streams ?? []).filter(({ source }) => source !== null && sees.includes(source)),
  );
  const picture = streams.flatMap(({ delaysMs }) => delaysMs);
  return {
    'sound p50 ms': percentile(sound, 0.5),
    'sound p95 ms': percentile(sound, 0.95),
    'sound most ms': percentile(sound, 1),
    'pulses heard': sound.length,
    'pulses sent': people.reduce((sum, { name }) => sum + (books[name]?.sentPulsesUs.length ?? 0), 0) * (PEOPLE - 1),
    'picture p95 ms': percentile(picture, 0.95),
    'frames missing': streams.reduce((sum, { missingFrames }) => sum + missingFrames, 0),
  };
}

const minutes = Number(values.minutes);
const clipFolder = await prepareClip('.cache/clips', CLIPS['360p']);
const voiceFolder = await prepareVoices('.cache/clips', ['pulse', 'silence']);
const figures: Figures = {};
const call = await soakCall(Number(values.drift));
const crowd = await Crowd.start({ phases: [...call.phases, { bots: [call.visitor] }] }, { clipFolder, voiceFolder });
try {
  const people = call.phases.flatMap(({ bots }) => bots);
  await crowd.enter(call.phases);
  await pause(WARM_UP_MS);
  let visits = 0;
  for (let minute = 1; minute <= minutes; minute++) {
    const window = await watch(call.pids, crowd, async () => {
      const { joinMs, failures } = await visitFor(crowd, [call.visitor], 55_000);
      for (const failure of failures) console.error(`a visit failed: ${failure}`);
      visits += joinMs.length;
      await pause(5000); // what ends takes a moment
    });
    const usages = await usagesOf(call.pids);
    const row = {
      ...figuresOf(window.books, people),
      ...Object.fromEntries(
        Object.entries(usages).flatMap(([part, { residentBytes, threads }]) => [
          [`${part} MB`, residentBytes / MB],
          [`${part} threads`, threads],
        ]),
      ),
      'visits so far': visits,
    };
    figures[`minute ${minute}`] = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, Math.round(value * 10) / 10]),
    );
    console.error(`minute ${minute}: ${JSON.stringify(figures[`minute ${minute}`])}`);
  }
} finally {
  await crowd.close();
  await call.close();
}
report('soak', figures);
