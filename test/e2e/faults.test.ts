import { afterEach, beforeEach, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { meet, seeEachOther } from './support/meeting.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

const ANNA = { colour: 'red' } as const;
const BEN = { colour: 'blue' } as const;
const CHRIS = { colour: 'green' } as const;

describe('a media worker that is killed in a call of three', () => {
  test('is replaced, and all pictures come back without anybody doing anything', async ({ cast }) => {
    const people = await meet(cast, server, 'lobby', [ANNA, BEN, CHRIS]);
    await seeEachOther(people);
    expect(await server.killWorkers()).toBe(1);
    await expect.poll(() => server.log.map(({ reason }) => reason), { timeout: 10_000 }).toContain('media-worker-died');
    await seeEachOther(people, 20_000);
    const health = await server.api('GET', '/api/v1/health');
    expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});

describe('a browser that is stopped without its socket breaking', () => {
  test('is invited again and, as it does not answer, loses its seat and its box at the others', async ({ cast }) => {
    const [anna, ben] = await meet(cast, server, 'lobby', [ANNA, BEN]);
    await seeEachOther([anna, ben]);
    await ben.stop();
    await server.waitForState('lobby', '2', 'waiting', 60_000);
    expect(server.log.map(({ reason }) => reason)).toContain('uplink-lost');
    await anna.waitForColours(['other']);
    await ben.cont();
  });

  test('is invited again and is back when it goes on in time', async ({ cast }) => {
    const [anna, ben] = await meet(cast, server, 'lobby', [ANNA, BEN]);
    await seeEachOther([anna, ben]);
    await ben.stop();
    await expect.poll(() => server.log.map(({ reason }) => reason), { timeout: 20_000 }).toContain('uplink-lost');
    await ben.cont();
    await seeEachOther([anna, ben], 30_000);
  });
});

describe('a server that is closed in the middle of a call', () => {
  test('takes its boxes off the pages, which say so, and leaves nothing behind', async ({ cast }) => {
    const people = await meet(cast, server, 'lobby', [ANNA, BEN]);
    await seeEachOther(people);
    await server.close();
    await Promise.all(people.map((person) => person.waitForColours([])));
    await Promise.all(people.map((person) => person.waitForText('[role=status]', /\S/)));
  });
});
