import type { Cast } from '../../test/e2e/support/cast.ts';
import type { Colour } from '../../test/e2e/support/fake-media.ts';
import { meet } from '../../test/e2e/support/meeting.ts';
import type { Person } from '../../test/e2e/support/person.ts';
import type { TestServer } from '../../test/e2e/support/server.ts';
import { waitForBoxes, waitForTiles } from '../../test/e2e/support/tiles.ts';

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

/**
 * Four people in one room, which goes through every change among the three layouts so many times. Answers, for each change, the ms from
 * the PATCH until the last of the four sees all that there is to be seen.
 */
export async function timeLayoutChanges(cast: Cast, server: TestServer, room: string, rounds: number) {
  const people = await meet(
    cast,
    server,
    room,
    COLOURS.map((colour) => ({ colour })),
  );
  await server.api('PUT', `/api/v1/rooms/${room}/speaker`, { connection: String(COLOURS.indexOf(SPEAKER) + 1) });
  await Promise.all(people.map(WAYS.gallery));
  const times = new Map<string, number[]>();
  let before: Layout = 'gallery';
  for (const layout of Array.from({ length: rounds }, () => ROUND).flat()) {
    const seen = Promise.all(people.map(WAYS[layout]));
    const start = performance.timeOrigin + performance.now();
    await server.api('PATCH', `/api/v1/rooms/${room}`, { layout });
    const change = `${before} → ${layout}`;
    times.set(change, [...(times.get(change) ?? []), Math.max(...(await seen)) - start]);
    before = layout;
  }
  return times;
}
