import type { Cast } from '../../test/e2e/support/cast.ts';
import { type Colour, COLOURS as FILM } from '../../test/e2e/support/fake-media.ts';
import { meet } from '../../test/e2e/support/meeting.ts';
import type { Person } from '../../test/e2e/support/person.ts';
import type { TestServer } from '../../test/e2e/support/server.ts';
import { waitForBoxes, waitForTiles } from '../../test/e2e/support/tiles.ts';
import { BotHost } from '../load/bot-host.ts';
import { CLIPS, prepareClip, rgbOf } from '../load/clip.ts';

const COLOURS = ['red', 'green', 'blue', 'yellow'] as const satisfies Colour[];
/** Who has the floor, and sees the slate in `speaker`. */
const SPEAKER = 'yellow';
/** Beginning in `gallery`, every change among the three layouts once. */
const ROUND = ['speaker', 'grid', 'gallery', 'grid', 'speaker', 'gallery'] as const;
type Layout = (typeof ROUND)[number];

/** Resolves to when a person sees all of a layout, in ms since 1970. */
const WAYS: Record<Layout, (person: Person, own: number) => Promise<number>> = {
  gallery: (person, own) =>
    waitForBoxes(
      person,
      COLOURS.filter((_, index) => index !== own),
    ),
  grid: (person) => waitForTiles(person, COLOURS),
  speaker: (person, own) => waitForBoxes(person, [COLOURS[own] === SPEAKER ? 'other' : SPEAKER]),
};

/** For each change by its name, how long it took each time, in ms from the PATCH until the last of those who look on sees all there is. */
export type LayoutTimes = Map<string, number[]>;

/** Goes through every change among the three layouts so many times; `viewers` are the first of the four people of the room. */
async function timeRounds(server: TestServer, room: string, viewers: Person[], rounds: number): Promise<LayoutTimes> {
  await server.api('PUT', `/api/v1/rooms/${room}/speaker`, { connection: String(COLOURS.indexOf(SPEAKER) + 1) });
  await Promise.all(viewers.map(WAYS.gallery));
  const times: LayoutTimes = new Map();
  let before: Layout = 'gallery';
  for (const layout of Array.from({ length: rounds }, () => ROUND).flat()) {
    const seen = Promise.all(viewers.map(WAYS[layout]));
    const start = performance.timeOrigin + performance.now();
    await server.api('PATCH', `/api/v1/rooms/${room}`, { layout });
    const change = `${before} → ${layout}`;
    times.set(change, [...(times.get(change) ?? []), Math.max(...(await seen)) - start]);
    before = layout;
  }
  return times;
}

/** Four pages, all of which look on. */
export async function layoutChangesAmongPages(
  cast: Cast,
  server: TestServer,
  room: string,
  rounds: number,
): Promise<LayoutTimes> {
  const people = COLOURS.map((colour) => ({ colour }));
  return await timeRounds(server, room, await meet(cast, server, room, people), rounds);
}

/** One page that looks on, and three bots with cameras of 360p30: there is no other browser. */
export async function layoutChangesBesideBots(
  cast: Cast,
  server: TestServer,
  room: string,
  rounds: number,
): Promise<LayoutTimes> {
  const hosts: BotHost[] = [];
  try {
    // Tiles are in the order in which people have come.
    const viewers = await meet(cast, server, room, [{ colour: COLOURS[0] }]);
    for (const [index, colour] of COLOURS.entries()) {
      if (index === 0) continue;
      const clip = await prepareClip('.cache/clips', { ...CLIPS['360p'], colour: rgbOf(FILM[colour]) });
      const host = await BotHost.start(clip);
      hosts.push(host);
      const connection = String(index + 1);
      await host.join('bot', { source: index, entrance: { kind: 'page', url: server.url, connection } });
    }
    return await timeRounds(server, room, viewers, rounds);
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
  }
}
