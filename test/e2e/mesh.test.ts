import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/cast.ts';
import { startMeshServer, type MeshServer } from './support/mesh-server.ts';
import { openClassicPage, openPlainPage, ourPage } from './support/pages.ts';

let server: MeshServer;
beforeAll(async () => {
  server = await startMeshServer();
});
afterAll(() => server.close());

describe('two browsers that call each other without a media server', () => {
  test('see and hear each other, and the box of the one who closes the tab goes', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red', tone: 'do' });
    const ben = await cast.launch({ colour: 'blue', tone: 'mi' });
    await anna.open(ourPage(server.origin));
    await anna.openRoom('mesh');
    await anna.waitForText('#status', 'Waiting for others');
    await ben.open(ourPage(server.origin));
    await ben.join('mesh');

    await anna.waitForColours(['blue']);
    await ben.waitForColours(['red']);
    await Promise.all([anna.waitForFrames(), ben.waitForFrames()]);
    await Promise.all([anna.waitForTones(['mi']), ben.waitForTones(['do'])]);
    expect(await anna.uploads()).toEqual({ audio: 1, video: 1 });
    expect(ben.sent().map(({ message }) => message)).toContainEqual(
      expect.objectContaining({ newParticipationRequest: true }),
    );

    await ben.leave();
    await anna.waitForColours([]);
    await anna.waitForText('#status', 'Waiting for others');
    expect(anna.errors).toEqual([]);
    expect(ben.errors).toEqual([]);
  });
});
