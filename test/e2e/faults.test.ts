import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Cast } from './support/cast.ts';
import { test } from './support/test.ts';
import type { Colour } from './support/fake-media.ts';
import { ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

async function inCall(cast: Cast, colours: Colour[]): Promise<Person[]> {
  const people = await Promise.all(colours.map((colour) => cast.launch({ colour })));
  for (const [index, person] of people.entries()) {
    await person.open(ourPage(server.origin));
    await person.join(String(index + 1));
    await server.waitForState('lobby', String(index + 1), 'connected');
  }
  await seeEachOther(people);
  return people;
}

async function seeEachOther(people: Person[], timeoutMs?: number): Promise<void> {
  const others = (person: Person) => people.filter((other) => other !== person).map(({ name }) => name);
  await Promise.all(people.map((person) => person.waitForColours(others(person), timeoutMs)));
  await Promise.all(people.map((person) => person.waitForFrames()));
}

describe('a media worker that is killed in a call of three', () => {
  test('is replaced, and all pictures come back without anybody doing anything', async ({ cast }) => {
    const people = await inCall(cast, ['red', 'green', 'blue']);
    expect(await server.killWorkers()).toBe(1);
    await expect.poll(() => server.log.map(({ reason }) => reason)).toContain('media-worker-died');
    await seeEachOther(people, 20_000);
    const health = await server.api('GET', '/api/v1/health');
    expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});

describe('a browser that is stopped without its socket breaking', () => {
  test('is invited again and, as it does not answer, loses its seat and its box at the others', async ({ cast }) => {
    const [anna, ben] = (await inCall(cast, ['red', 'blue'])) as [Person, Person];
    await ben.stop();
    await server.waitForState('lobby', '2', 'waiting', 60_000);
    expect(server.log.map(({ reason }) => reason)).toContain('uplink-lost');
    await anna.waitForColours(['other']);
    await ben.cont();
  });

  test('is invited again and is back when it goes on in time', async ({ cast }) => {
    const [anna, ben] = (await inCall(cast, ['red', 'blue'])) as [Person, Person];
    await ben.stop();
    await expect.poll(() => server.log.map(({ reason }) => reason), { timeout: 20_000 }).toContain('uplink-lost');
    await ben.cont();
    await seeEachOther([anna, ben], 30_000);
  });
});

describe('a server that is closed in the middle of a call', () => {
  test('takes its boxes off the pages, which say so, and leaves nothing behind', async ({ cast }) => {
    const people = await inCall(cast, ['red', 'blue']);
    await server.close();
    await Promise.all(people.map((person) => person.waitForColours([])));
    await Promise.all(people.map((person) => person.waitForText('[role=status]', /\S/)));
  });
});
