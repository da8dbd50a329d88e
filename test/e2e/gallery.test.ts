import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { meet, seeEachOther } from './support/meeting.ts';
import { ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Five browsers that encode one film and decode four of them have little time for each. */
const FILM = { grain: false, frameRate: 5 };

const ANNA = { colour: 'red', tone: 'do', film: FILM } as const;
const BEN = { colour: 'green', tone: 're', film: FILM } as const;
const CHRIS = { colour: 'blue', tone: 'mi', film: FILM } as const;
const DORA = { colour: 'yellow', tone: 'fa', film: FILM } as const;
const EVE = { colour: 'magenta', tone: 'so', film: FILM } as const;
const TONES = [ANNA, BEN, CHRIS, DORA, EVE].map(({ tone }) => tone);

describe('a gallery', () => {
  test('of five shows and lets hear each person the four others, and nothing else', async ({ cast }) => {
    const people = await meet(cast, server, 'lobby', [ANNA, BEN, CHRIS, DORA, EVE]);
    const hearEachOther = (...absent: Person[]) =>
      Promise.all(
        people.map(async (person, index) => {
          const others = TONES.filter((_, other) => other !== index && !absent.includes(people[other]!));
          if (!absent.includes(person)) await person.waitForTones(others);
        }),
      );
    const coloursWithout = (...absent: Person[]) =>
      people.filter((person) => !absent.includes(person)).map(({ name }) => name);
    await seeEachOther(people);
    await hearEachOther();
    for (const person of people) expect(await person.uploads()).toEqual({ audio: 1, video: 1 });

    const [anna, ben, chris, dora, eve] = people;
    await ben.leave();
    await Promise.all([anna, chris, dora, eve].map((p) => p.waitForColours(coloursWithout(p, ben))));
    await hearEachOther(ben);
    await ben.open(ourPage(server.origin));
    await ben.join('2');
    await seeEachOther(people);
    await hearEachOther();

    await dora.kill();
    const rest = [anna, ben, chris, eve];
    await Promise.all(rest.map((p) => p.waitForColours(coloursWithout(p, dora))));
    await Promise.all(rest.map((person) => person.waitForFrames()));
    await hearEachOther(dora);
    expect(rest.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('brings people together who join and leave in the same moment', async ({ cast }) => {
    const people = await Promise.all([ANNA, BEN, CHRIS, DORA].map((options) => cast.launch(options)));
    const [anna, ben, chris, dora] = people as [Person, Person, Person, Person];
    const join = async (...coming: [Person, string][]) => {
      await Promise.all(coming.map(([person]) => person.open(ourPage(server.origin))));
      await Promise.all(coming.map(([person, id]) => person.join(id)));
    };
    await join([anna, '1'], [ben, '2'], [chris, '3'], [dora, '4']);
    await seeEachOther(people);
    await Promise.all([ben.leave(), chris.leave()]);
    await Promise.all([seeEachOther([anna, dora]), join([ben, '3'], [chris, '5'])]);
    await seeEachOther(people);
    await Promise.all([dora.leave(), join([chris, '2'])]);
    await seeEachOther([anna, ben, chris]);
  });

  test('shows the slate to who is alone, and gives the seat back to who reloads the page, and away when a browser is killed', async ({
    cast,
  }) => {
    const [anna] = await meet(cast, server, 'lobby', [ANNA]);
    await anna.waitForColours(['other']);
    await anna.waitForFrames(20);
    expect((await anna.boxes()).map(({ plain, width, height }) => ({ plain, width, height }))).toEqual([
      { plain: false, width: 640, height: 360 },
    ]);

    const ben = await cast.launch(BEN);
    await ben.open(ourPage(server.origin));
    await ben.join('2');
    await Promise.all([ben.waitForColours(['red']), anna.waitForColours(['green'])]);
    await ben.reload();
    await ben.join('2');
    await Promise.all([ben.waitForColours(['red']), anna.waitForColours(['green'])]);

    await ben.kill();
    const chris = await cast.launch(CHRIS);
    await chris.open(ourPage(server.origin));
    await chris.join('2');
    await Promise.all([chris.waitForColours(['red']), anna.waitForColours(['blue'])]);
  });
});
