// From pressing *join room* to the first painted frame of somebody else: one by one and many at once, on our server and in direct
// calls between pages. Browsers, server and bots share the machine: a page that joins bots has the only browser, and its steps on the
// way are told apart. Twenty at once are bots, which cost little: their time is the
// server's, plus twenty DTLS handshakes of their own. Pages at once are fewer, since what bounds them is the browser's own work: the
// same number of pages in direct calls, in pairs, tells how much. They have no sound, and those who join send five frames a second.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { PersonOptions } from '../test/e2e/support/browser.ts';
import { Cast } from '../test/e2e/support/cast.ts';
import { startMeshServer } from '../test/e2e/support/mesh-server.ts';
import { ourPage } from '../test/e2e/support/pages.ts';
import type { Person } from '../test/e2e/support/person.ts';
import { report, summary } from './figures.ts';
import { CLIPS, prepareClip } from './load/clip.ts';
import { timeBotsAtOnce } from './measure/bots-at-once.ts';
import { joinsBesideBot } from './measure/join-beside-bot.ts';
import { rounds } from './measure/rounds.ts';
import { timeJoin } from './measure/time-join.ts';
import { Crowd } from './pages/crowd.ts';
import { installFirstFrame } from './pages/first-frame.ts';
import { JOIN_STEPS } from './pages/join-steps.ts';
import { installNoMicrophone } from './pages/no-microphone.ts';
import { range } from './peers/people.ts';
import { openGallery, openMesh, waitUntilEmpty } from './peers/venues.ts';
import { giveFloor, ROOM, startServer } from './peers/webstreamer.ts';

const ONE_BY_ONE_LIMIT_MS = 90_000;
const CROWD_LIMIT_MS = 60_000;
/** Who is there, and who joins. */
const CROWD: PersonOptions[] = [{ colour: 'red' }, { colour: 'blue', film: { grain: false, frameRate: 5 } }];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    joins: { type: 'string', default: '6' }, // one by one, of each kind in each round
    bots: { type: 'string', default: '20' },
    pages: { type: 'string', default: '8' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const roundCount = Number(values.rounds);
const joins = Number(values.joins);
const bots = Number(values.bots);
const pairs = Math.floor(Number(values.pages) / 2);

/** Runs `use` with people, who are gone after it. */
async function withPeople<T>(people: PersonOptions[], use: (people: Person[]) => Promise<T>): Promise<T> {
  const cast = new Cast();
  try {
    const launched: Person[] = [];
    for (const options of people) {
      const person = await cast.launch(options);
      await person.context.addInitScript(installFirstFrame);
      launched.push(person);
    }
    return await use(launched);
  } finally {
    await cast.close();
  }
}

/** Alone with the slate, then as the second person, A B A B with a direct call. */
async function oneByOne(): Promise<Record<'alone' | 'second' | 'direct', number[]>> {
  const times = { alone: [] as number[], second: [] as number[], direct: [] as number[] };
  const venues = { second: await openGallery(2), direct: await openMesh() };
  try {
    await withPeople([{ colour: 'red' }, { colour: 'red' }, { colour: 'blue' }], async ([host, directHost, guest]) => {
      if (!host || !directHost || !guest) throw new Error('somebody is missing');
      const { second, direct } = venues;
      const visit = async (venue: typeof second, colour: string) =>
        (await timeJoin(guest, venue.page, venue.idOf(1), colour)).paintedMs;
      await visit(second, 'other'); // the browser's own caches
      for (let index = 0; index < roundCount * joins; index++) times.alone.push(await visit(second, 'other'));
      await second.enter(host, 0);
      await direct.enter(directHost, 0);
      await rounds(roundCount, ONE_BY_ONE_LIMIT_MS, async () => {
        for (const name of ['second', 'direct'] as const)
          for (let index = 0; index < joins; index++) times[name].push(await visit(venues[name], 'red'));
      });
    });
  } finally {
    await venues.second.close();
    await venues.direct.close();
  }
  return times;
}

/** Lets a crowd join and leave, once for the caches and then for the figures; `left` resolves when it can join again. */
async function timeCrowd(crowd: Crowd, ids: string[], left: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  const visit = async () => {
    const found = await crowd.join(ids, 'red');
    console.error(`${ids.length} joins at once: ${JSON.stringify(summary(found))}`);
    await crowd.leave();
    await left();
    return found;
  };
  await visit();
  await rounds(roundCount, CROWD_LIMIT_MS, async () => {
    times.push(...(await visit()));
  });
  return times;
}

/** Pages that join a room with a speaker in the same moment: tabs of one browser, which share all but their renderer. */
async function pagesAtOnce(): Promise<number[]> {
  const count = 2 * pairs;
  const ids = range(count).map((index) => String(index + 1));
  const server = await startServer([{ name: ROOM, layout: 'speaker', connections: ['0', ...ids] }]);
  try {
    return await withPeople(CROWD, async ([host, guest]) => {
      if (!host || !guest) throw new Error('somebody is missing');
      for (const { context } of [host, guest]) await context.addInitScript(installNoMicrophone);
      await host.open(ourPage(server.url));
      await host.join('0');
      await host.page.locator('body[data-state=connected]').waitFor();
      await giveFloor(server.url, ROOM, '0');
      const crowd = await Crowd.open(guest, ourPage(server.url), count);
      return await timeCrowd(crowd, ids, () => waitUntilEmpty(server.url, 1));
    });
  } finally {
    await server.close();
  }
}

/** As many pages, half of which wait, each in a room of its own, for one of the others: as many media paths are set up at once. */
async function pairsAtOnce(): Promise<number[]> {
  const ids = range(pairs).map(() => randomUUID());
  const server = await startMeshServer();
  try {
    return await withPeople(CROWD, async ([hosts, guests]) => {
      if (!hosts || !guests) throw new Error('somebody is missing');
      for (const { context } of [hosts, guests]) await context.addInitScript(installNoMicrophone);
      const waiting = await Crowd.open(hosts, ourPage(server.origin), pairs);
      await waiting.openRooms(ids);
      const crowd = await Crowd.open(guests, ourPage(server.origin), pairs);
      return await timeCrowd(crowd, ids, () => waiting.settle('open'));
    });
  } finally {
    await server.close();
  }
}

const bot = await joinsBesideBot(roundCount * joins);
const steps = Object.fromEntries(
  JOIN_STEPS.map((step) => [`… of this until: ${step} (ms)`, bot.map((join) => join.steps[step] ?? NaN)]),
);
const single = await oneByOne();
const botsAtOnce = await timeBotsAtOnce(await prepareClip('.cache/clips', CLIPS['360p']), bots, roundCount);
const crowd = { ours: await pagesAtOnce(), direct: await pairsAtOnce() };
const times = {
  'webstreamer, a bot is there (ms)': bot.map(({ paintedMs }) => paintedMs),
  ...steps,
  'webstreamer, alone: the slate (ms)': single.alone,
  'webstreamer, second person (ms)': single.second,
  'direct call between two pages (ms)': single.direct,
  [`${bots} bots at once, first decodable frame (ms)`]: botsAtOnce,
  [`${2 * pairs} pages at once, webstreamer (ms)`]: crowd.ours,
  [`${pairs} pairs of pages at once, direct (ms)`]: crowd.direct,
};
const figures = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, summary(values)]));
const ratios = {
  mesh: summary(single.second).p50 / summary(single.direct).p50,
  [`mesh, ${2 * pairs} pages at once, p95`]: summary(crowd.ours).p95 / summary(crowd.direct).p95,
};
report('join', figures, ratios, times);
