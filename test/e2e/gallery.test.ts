import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Cast } from './support/cast.ts';
import { test } from './support/test.ts';
import type { Colour, Tone } from './support/fake-media.ts';
import { ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const PEOPLE: [colour: Colour, tone: Tone][] = [
  ['red', 'do'],
  ['green', 're'],
  ['blue', 'mi'],
  ['yellow', 'fa'],
];

/** The first `count` people, who have joined the connections 1, 2, … one after another. */
async function peopleIn(cast: Cast, count: number): Promise<Person[]> {
  const people = await Promise.all(PEOPLE.slice(0, count).map(([colour, tone]) => cast.launch({ colour, tone })));
  for (const [index, person] of people.entries()) {
    await person.open(ourPage(server.origin));
    await person.join(String(index + 1));
    await server.waitForState('lobby', String(index + 1), 'connected');
  }
  return people;
}

const coloursWithout = (people: Person[], ...absent: Person[]) =>
  people.filter((person) => !absent.includes(person)).map(({ name }) => name);

describe('a gallery', () => {
  test('shows a person who is alone the slate, with a running clock', async ({ cast }) => {
    const [anna] = (await peopleIn(cast, 1)) as [Person];
    await anna.waitForColours(['other']);
    await anna.waitForFrames(20);
    expect((await anna.boxes()).map(({ plain, width, height }) => ({ plain, width, height }))).toEqual([
      { plain: false, width: 640, height: 360 },
    ]);
  });

  test('of four shows and lets hear each person the three others, and nothing else', async ({ cast }) => {
    const people = await peopleIn(cast, 4);
    const seeEachOther = () =>
      Promise.all(people.map((person) => person.waitForColours(coloursWithout(people, person), 30_000)));
    await seeEachOther();
    await Promise.all(people.map((person) => person.waitForFrames()));

    for (const person of people) expect(await person.uploads()).toEqual({ audio: 1, video: 1 });
    const tones = PEOPLE.map(([, tone]) => tone);
    for (const [index, person] of people.entries()) {
      await person.waitForTones(tones.filter((_, other) => other !== index));
    }

    const [anna, ben, chris, dora] = people as [Person, Person, Person, Person];
    await ben.leave();
    await Promise.all([anna, chris, dora].map((p) => p.waitForColours(coloursWithout(people, p, ben), 2_000)));
    await ben.open(ourPage(server.origin));
    await ben.join('2');
    await seeEachOther();

    await dora.kill();
    await Promise.all([anna, ben, chris].map((p) => p.waitForColours(coloursWithout(people, p, dora), 10_000)));
    await Promise.all([anna, ben, chris].map((person) => person.waitForFrames()));
    expect([anna, ben, chris].flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('frees the seat of a person whose browser is killed at once, for anybody', async ({ cast }) => {
    const [anna, ben] = (await peopleIn(cast, 2)) as [Person, Person];
    await ben.kill();
    const chris = await cast.launch({ colour: 'blue' });
    await chris.open(ourPage(server.origin));
    await chris.join('2');
    await Promise.all([chris.waitForColours(['red']), anna.waitForColours(['blue'])]);
  });

  test('takes a person who reloads the page back into the same seat', async ({ cast }) => {
    const [anna, ben] = (await peopleIn(cast, 2)) as [Person, Person];
    await anna.waitForColours(['green']);
    await ben.reload();
    await ben.join('2');
    await Promise.all([ben.waitForColours(['red']), anna.waitForColours(['green'])]);
  });
});
