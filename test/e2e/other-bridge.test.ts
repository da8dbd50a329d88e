import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { type MeshServer, startMeshServer } from './support/mesh-server.ts';
import { openPlainPage, ourPage } from './support/pages.ts';
import { startServer, type TestServer } from './support/server.ts';

let bridge: MeshServer;
let rooms: TestServer;
beforeAll(async () => {
  bridge = await startMeshServer();
  rooms = await startServer({}, bridge.origin);
});
afterAll(async () => {
  await rooms.close();
  await bridge.close();
});

describe('rooms on npm rtcmulticonnection-server 1.3.3 instead of our bridge', () => {
  test('let 3.7.1 pages join, see each other, leave and come back', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await openPlainPage(anna, bridge.origin);
    await anna.join('1');
    await anna.waitForColours(['other']);
    await ben.open(ourPage(bridge.origin));
    await ben.join('2');
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    await ben.leave();
    await anna.waitForColours(['other']);
    await ben.open(ourPage(bridge.origin));
    await ben.join('2');
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    expect(await anna.uploads()).toEqual({ audio: 1, video: 1 });
  });
});
