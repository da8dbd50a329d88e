import { describe, expect, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/protocol/config.ts';
import type { Cast } from './support/cast.ts';
import { openPlainPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';

/** The global of a page that uses the library. */
declare const connection: { userid: string; socket: { io: { engine: { close(): void } } } };

async function startCall(cast: Cast, config: ConfigInput): Promise<{ server: TestServer; anna: Person; ben: Person }> {
  const server = await startServer(config);
  onTestFinished(() => server.close());
  const anna = await cast.launch({ colour: 'red' });
  const ben = await cast.launch({ colour: 'blue' });
  await openPlainPage(anna, server.origin);
  await anna.join('1');
  await server.waitForState('lobby', '1', 'connected');
  await openPlainPage(ben, server.origin);
  await ben.join('2');
  await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
  return { server, anna, ben };
}

const breakSocket = (person: Person) =>
  person.page.evaluate(() => {
    connection.socket.io.engine.close();
  });
const userOf = (person: Person) => person.page.evaluate(() => connection.userid);

/** The room, without what changes by itself. */
async function lobby(server: TestServer) {
  const { connections, ...room } = await server.room('lobby');
  return { ...room, connections: connections.map((connection) => ({ ...connection, speaking: null })) };
}

describe('a 3.7.1 page whose socket breaks', () => {
  test('goes on as if nothing had been when it is back within the time of grace', async ({ cast }) => {
    const { server, anna, ben } = await startCall(cast, { bridge: { graceMs: 20_000 } });
    const before = await lobby(server);
    await breakSocket(anna);
    await expect.poll(async () => (await server.dump()).bridge?.timers, { timeout: 5_000 }).toBe(1);
    await expect.poll(async () => (await server.dump()).bridge?.timers, { timeout: 10_000 }).toBe(0);
    await Promise.all([anna.waitForFrames(), ben.waitForFrames()]);
    expect(await lobby(server)).toEqual(before);
    // It can still be spoken to: a box that goes is a message that arrives.
    await ben.leave();
    await anna.waitForColours(['other']);
  });

  test('joins again by itself when it comes back too late', async ({ cast }) => {
    const { server, anna, ben } = await startCall(cast, { bridge: { graceMs: 50 } });
    const user = await userOf(anna);
    await breakSocket(anna);
    await server.waitForState('lobby', '1', 'waiting');
    await server.waitForState('lobby', '1', 'connected', 20_000);
    expect(await userOf(anna)).not.toBe(user);
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    await Promise.all([anna.waitForFrames(), ben.waitForFrames()]);
  });
});
