import { describe, expect, onTestFinished } from 'vitest';
import type { StartOptions } from '../../src/server/main.ts';
import { test } from './support/test.ts';
import { meet, seeEachOther } from './support/meeting.ts';
import { startServer, type TestServer } from './support/server.ts';

async function start(timeouts?: StartOptions['timeouts']): Promise<TestServer> {
  const server = await startServer({}, undefined, undefined, timeouts);
  onTestFinished(() => server.close());
  return server;
}

const ANNA = { colour: 'red' } as const;
const BEN = { colour: 'blue' } as const;
const CHRIS = { colour: 'green' } as const;

describe('a call of three', () => {
  test('comes back by itself when the media worker is killed, and ends on the pages when the server is closed', async ({
    cast,
  }) => {
    const server = await start();
    const people = await meet(cast, server, 'lobby', [ANNA, BEN, CHRIS]);
    await seeEachOther(people);
    expect(await server.killWorkers()).toBe(1);
    await expect.poll(() => server.log.map(({ reason }) => reason), { timeout: 10_000 }).toContain('media-worker-died');
    await seeEachOther(people, 20_000);
    const health = await server.api('GET', '/api/v1/health');
    expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });

    await server.close();
    await Promise.all(people.map((person) => person.waitForColours([])));
    await Promise.all(people.map((person) => person.waitForText('[role=status]', /\S/)));
  });
});

describe('a browser that is stopped without its socket breaking', () => {
  test('is invited again: it is back when it goes on in time, and otherwise loses its seat and its box at the others', async ({
    cast,
  }) => {
    const server = await start({ offerTimeoutMs: 5_000 });
    const [anna, ben] = await meet(cast, server, 'lobby', [ANNA, BEN]);
    await seeEachOther([anna, ben]);
    const lost = () => server.log.filter(({ reason }) => reason === 'uplink-lost').length;
    await ben.stop();
    await expect.poll(lost, { timeout: 20_000 }).toBeGreaterThan(0);
    await ben.cont();
    await seeEachOther([anna, ben]);

    const before = lost();
    await ben.stop();
    await server.waitForState('lobby', '2', 'waiting', 60_000);
    expect(lost()).toBeGreaterThan(before);
    await anna.waitForColours(['other']);
    await ben.cont();
  });
});
