import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { canImpairPaths, ImpairedPath } from './support/impaired-path.ts';
import type { Person } from './support/person.ts';
import { ourPage } from './support/pages.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';

const BLACKOUT = { lossPercent: 100 };

let path: ImpairedPath;
let server: TestServer;
beforeAll(async () => {
  path = await ImpairedPath.prepare(1);
  server = await startServer({
    host: '0.0.0.0',
    auth: { required: false },
    ice: { addresses: ['127.0.0.1', path.serverAddress] },
  });
});
afterAll(async () => {
  await server.close();
  await path.close();
});

/** How many peer connections the page has made: one for each invitation. */
const invitations = (person: Person) => person.page.evaluate(() => probe.peers.length);

// Without the right to make network devices there is no path to break.
test.runIf(canImpairPaths())(
  'a path that is dead for 5 s costs no invitation; one that is dead for longer does, and the call goes on',
  async ({ cast }) => {
    const origin = `http://${path.serverAddress}:${server.port}`;
    const anna = await cast.launch({ colour: 'red', executable: path.executable, trustedOrigin: origin });
    const ben = await cast.launch({ colour: 'green' });
    await anna.open(ourPage(origin));
    await anna.join('1');
    await server.waitForState('lobby', '1', 'connected', 30_000);
    await ben.open(ourPage(server.origin));
    await ben.join('2');
    const seeEachOther = () =>
      Promise.all([
        anna.waitForColours(['green'], 40_000).then(() => anna.waitForFrames(10, 40_000)),
        ben.waitForColours(['red'], 40_000).then(() => ben.waitForFrames(10, 40_000)),
      ]);
    await seeEachOther();
    expect(await invitations(anna)).toBe(1);

    await path.set(BLACKOUT);
    await pause(5_000); // the blackout itself
    await path.set();
    await seeEachOther();
    expect([await invitations(anna), await invitations(ben)]).toEqual([1, 1]);

    await path.set({ ...BLACKOUT, onlyUdp: true });
    await server.waitForState('lobby', '1', 'negotiating', 20_000);
    await path.set();
    await server.waitForState('lobby', '1', 'connected', 40_000);
    await seeEachOther();
    expect([await invitations(anna), await invitations(ben)]).toEqual([2, 1]);
  },
);
