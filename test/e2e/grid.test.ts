import { afterEach, beforeEach, describe, expect } from 'vitest';
import { meet } from './support/meeting.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import { waitForBoxes, waitForMark, waitForTiles } from './support/tiles.ts';

const PEOPLE = [
  { colour: 'red', tone: 'do' },
  { colour: 'magenta', tone: 're' },
  { colour: 'blue', tone: 'mi' },
] as const;
const COLOURS = PEOPLE.map(({ colour }) => colour);

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ rooms: [{ name: 'hall', layout: 'gallery', connections: ['1', '2', '3'] }] });
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
  // What the machine's other work costs is not the server's: a change that takes longer by itself does so each time.
  test(
    'gallery, grid and speaker take turns while everybody stays, each seen by all soon',
    { retry: 2 },
    async ({ cast }) => {
      const people = await meet(cast, server, 'hall', PEOPLE);
      const ways = {
        gallery: (person: Person, own: number) =>
          waitForBoxes(
            person,
            COLOURS.filter((_, index) => index !== own),
          ),
        grid: (person: Person) => waitForTiles(person, COLOURS),
        speaker: (person: Person, own: number) => waitForBoxes(person, [own === 2 ? 'other' : 'blue']),
      };
      await Promise.all(people.map(ways.gallery));
      await giveFloor('3');
      const tookMs: [change: string, ms: number][] = [];
      for (const layout of ['speaker', 'grid', 'gallery', 'grid', 'speaker', 'gallery'] as const) {
        const seen = Promise.all(people.map(ways[layout]));
        const start = performance.timeOrigin + performance.now();
        await changeRoom({ layout });
        tookMs.push([layout, Math.round(Math.max(...(await seen)) - start)]);
      }
      for (const person of people) {
        expect(await person.page.evaluate(() => probe.peers.length)).toBe(1);
        expect(await person.uploads()).toEqual({ audio: 1, video: 1 });
      }
      // Of which the server takes less than 200 ms; the rest is the browsers’, three of which draw 720p on one machine.
      expect(Math.max(...tookMs.map(([, ms]) => ms)), JSON.stringify(tookMs)).toBeLessThan(2_000);
    },
  );

  test('shows who speaks, who has come and gone, and no muted camera; all hear all others', async ({ cast }) => {
    await changeRoom({ layout: 'grid' });
    const [anna, ben, chris] = await meet(cast, server, 'hall', PEOPLE);
    const both = [anna, ben];
    await Promise.all([anna, ben, chris].map((person) => waitForTiles(person, COLOURS)));
    await anna.waitForTones(['re', 'mi']);
    await chris.waitForTones(['do', 're']);

    await giveFloor('2');
    await waitForMark(anna, 1, 3);
    await changeSecond({ name: '王小明', muted: { video: true } });
    await Promise.all(both.map((person) => waitForTiles(person, ['red', 'other', 'blue'])));
    await changeSecond({ muted: { video: false } });
    await Promise.all(both.map((person) => waitForTiles(person, COLOURS)));

    await chris.leave();
    await Promise.all(both.map((person) => waitForTiles(person, ['red', 'magenta'])));
    await Promise.all(both.map((person) => person.waitForFrames(20)));
  });
});
