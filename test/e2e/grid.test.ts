import { afterEach, beforeEach, describe, expect } from 'vitest';
import { meet } from './support/meeting.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import { markedTiles, tileColours } from './support/tiles.ts';
import { until } from './support/until.ts';

const PEOPLE = [
  { colour: 'red', tone: 'do' },
  { colour: 'magenta', tone: 're' },
  { colour: 'blue', tone: 'mi' },
] as const;
const COLOURS = PEOPLE.map(({ colour }) => colour);
const WAIT_MS = 10_000;

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ rooms: [{ name: 'hall', layout: 'gallery', connections: ['1', '2', '3'] }] });
});
afterEach(() => server.close());

const seesTiles = (person: Person, colours: readonly string[], timeoutMs = WAIT_MS) =>
  until(
    async () => (await tileColours(person, colours.length)).join() === colours.join(),
    timeoutMs,
    async () =>
      `${person.name} should see tiles of ${colours.join()}, but sees ${(await tileColours(person, colours.length)).join()}`,
  );
const others = (index: number) => COLOURS.filter((_, other) => other !== index);
const changeRoom = async (change: object) => {
  expect((await server.api('PATCH', '/api/v1/rooms/hall', change)).body).toMatchObject(change);
};

describe('a room in the layout grid', () => {
  test('is one picture of all for everybody; gallery, grid and speaker take turns while everybody stays', async ({
    cast,
  }) => {
    const people = await meet(cast, server, 'hall', PEOPLE);
    const each = (sees: (person: Person, index: number) => Promise<void>) => Promise.all(people.map(sees));
    const ways = {
      gallery: (person: Person, index: number) => person.waitForColours(others(index), WAIT_MS),
      grid: (person: Person) => seesTiles(person, COLOURS),
      speaker: (person: Person, index: number) => person.waitForColours(index === 2 ? ['other'] : ['blue'], WAIT_MS),
    };
    await each(ways.gallery);
    expect(await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection: '3' })).toMatchObject({ status: 200 });

    const tookMs: Record<string, number> = {};
    for (const [from, layout] of [
      ['gallery', 'grid'],
      ['grid', 'speaker'],
      ['speaker', 'grid'],
      ['grid', 'gallery'],
    ] as const) {
      const start = performance.now();
      await changeRoom({ layout });
      await each(ways[layout]);
      tookMs[`${from} to ${layout}`] = Math.round(performance.now() - start);
    }
    console.log(`until everybody saw the change, in ms: ${JSON.stringify(tookMs)}`);
    for (const [change, ms] of Object.entries(tookMs)) expect(ms, change).toBeLessThan(1_000);

    for (const person of people) {
      expect(await person.page.evaluate(() => probe.peers.length)).toBe(1);
      expect(await person.uploads()).toEqual({ audio: 1, video: 1 });
    }
  });

  test('shows who speaks, who has come and gone, and no muted camera; all hear all others', async ({ cast }) => {
    await changeRoom({ layout: 'grid' });
    const [anna, ben, chris] = await meet(cast, server, 'hall', PEOPLE);
    const both = [anna, ben];
    await Promise.all([anna, ben, chris].map((person) => seesTiles(person, COLOURS)));
    await anna.waitForTones(['re', 'mi']);
    await chris.waitForTones(['do', 're']);

    await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection: '2' });
    await until(
      async () => (await markedTiles(anna, 3)).join() === '1',
      WAIT_MS,
      () => 'the speaker is not marked',
    );
    await server.api('PATCH', '/api/v1/rooms/hall/connections/2', { name: '王小明', muted: { video: true } });
    await Promise.all(both.map((person) => seesTiles(person, ['red', 'other', 'blue'])));
    await server.api('PATCH', '/api/v1/rooms/hall/connections/2', { muted: { video: false } });
    await Promise.all(both.map((person) => seesTiles(person, COLOURS)));

    await chris.leave();
    await Promise.all(both.map((person) => seesTiles(person, ['red', 'magenta'])));
    await Promise.all(both.map((person) => person.waitForFrames(20)));
  });
});
