import { afterEach, beforeEach, describe, expect } from 'vitest';
import { meet } from './support/meeting.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import { until } from './support/until.ts';
import { waitForBoxes, waitForMark, waitForTiles } from './support/tiles.ts';

const PEOPLE = [
  { colour: 'red', tone: 'do' },
  { colour: 'magenta', tone: 're' },
  { colour: 'blue', tone: 'mi' },
] as const;
const FOUR = [...PEOPLE, { colour: 'yellow', tone: 'fa' }] as const;
const COLOURS = FOUR.map(({ colour }) => colour);
const THREE = PEOPLE.map(({ colour }) => colour);
const BITRATE_WAIT_MS = 15_000;
/** A camera that costs its encoder all the bits it has. */
const GRAINY = { grain: true, frameRate: 15 };

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ rooms: [{ name: 'hall', layout: 'gallery', connections: ['1', '2', '3', '4'] }] });
});
afterEach(() => server.close());

const changeRoom = async (change: object) => {
  expect((await server.api('PATCH', '/api/v1/rooms/hall', change)).body).toMatchObject(change);
};
const changeSecond = async (change: object) => {
  expect(await server.api('PATCH', '/api/v1/rooms/hall/connections/2', change)).toMatchObject({ status: 200 });
};
const giveFloor = async (connection: string) => {
  expect(await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection })).toMatchObject({ status: 200 });
};

describe('a room in the layout grid', () => {
  test('gallery, grid and speaker take turns in every order, and all see each, while everybody stays', async ({
    cast,
  }) => {
    const people = await meet(cast, server, 'hall', FOUR);
    const ways = {
      gallery: (person: Person, own: number) =>
        waitForBoxes(
          person,
          COLOURS.filter((_, index) => index !== own),
        ),
      grid: (person: Person) => waitForTiles(person, COLOURS),
      speaker: (person: Person, own: number) => waitForBoxes(person, [own === 3 ? 'other' : 'yellow']),
    };
    await Promise.all(people.map(ways.gallery));
    await giveFloor('4');
    for (const layout of ['speaker', 'grid', 'gallery', 'grid', 'speaker', 'gallery'] as const) {
      await changeRoom({ layout });
      await Promise.all(people.map(ways[layout]));
    }
    for (const person of people) {
      expect(await person.page.evaluate(() => probe.peers.length)).toBe(1);
      expect(await person.uploads()).toEqual({ audio: 1, video: 1 });
    }
  });

  test('shows who speaks, who has come and gone, and no muted camera; all hear all others, and a page sends no more than it may', async ({
    cast,
  }) => {
    await changeRoom({ layout: 'grid' });
    const [anna, ben, chris] = await meet(cast, server, 'hall', [{ ...PEOPLE[0], film: GRAINY }, PEOPLE[1], PEOPLE[2]]);
    const both = [anna, ben];
    await Promise.all([anna, ben, chris].map((person) => waitForTiles(person, THREE)));
    await anna.waitForTones(['re', 'mi']);
    await chris.waitForTones(['do', 're']);

    const sends = (isRight: (bitrateBps: number) => boolean) => {
      let bitrateBps = 0;
      const looksRight = async () => isRight((bitrateBps = await anna.videoBitrate()));
      return until(looksRight, BITRATE_WAIT_MS, () => `the page sends ${bitrateBps} bit/s`);
    };
    await sends((bitrateBps) => bitrateBps > 250_000);
    const limit = { maxVideoBitrateBps: 120_000 };
    expect(await server.api('PATCH', '/api/v1/rooms/hall/connections/1', limit)).toMatchObject({ status: 200 });
    await sends((bitrateBps) => bitrateBps < 150_000);

    await giveFloor('2');
    await waitForMark(anna, 1, 3);
    await changeSecond({ name: '王小明', muted: { video: true } });
    await Promise.all(both.map((person) => waitForTiles(person, ['red', 'other', 'blue'])));
    await changeSecond({ muted: { video: false } });
    await Promise.all(both.map((person) => waitForTiles(person, THREE)));

    await chris.leave();
    await Promise.all(both.map((person) => waitForTiles(person, ['red', 'magenta'])));
    await Promise.all(both.map((person) => person.waitForFrames(20)));
  });
});
