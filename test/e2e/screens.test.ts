import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { openPlainPage, ourPage } from './support/pages.ts';
import { startServer, type TestServer } from './support/server.ts';
import { holdMessages, shareColour, shareScreen, stopSharing } from './support/sharing.ts';

const WAIT_MS = 30_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

describe('a page of 3.7.1 that shares a screen', () => {
  test('has a box of its own in the gallery and takes the floor in the speaker layout, until it stops, again and again', async ({
    cast,
  }) => {
    const [anna, ben, chris] = await Promise.all([
      cast.launch({ colour: 'red', tone: 'do' }),
      cast.launch({ colour: 'green' }),
      cast.launch({ colour: 'blue' }),
    ]);
    await Promise.all([
      openPlainPage(anna, server.origin),
      ben.open(ourPage(server.origin)),
      openPlainPage(chris, server.origin),
    ]);
    await Promise.all([anna.join('1'), ben.join('2'), chris.join('3')]);
    await anna.waitForColours(['green', 'blue'], WAIT_MS);

    await shareScreen(anna);
    await Promise.all([
      ben.waitForColours(['red', 'blue', 'other'], WAIT_MS),
      chris.waitForColours(['red', 'green', 'other'], WAIT_MS),
    ]);
    const screen = (await ben.boxes()).find(({ colour }) => colour === 'other');
    expect([screen?.width, screen?.height]).toEqual([960, 540]);
    await ben.waitForFrames();
    expect((await anna.colours()).toSorted()).toEqual(['blue', 'green']);
    await stopSharing(anna);
    await Promise.all([ben.waitForColours(['red', 'blue']), chris.waitForColours(['red', 'green'])]);

    await shareColour(anna, 'magenta');
    await ben.waitForColours(['red', 'blue', 'magenta'], WAIT_MS);
    await server.api('PUT', '/api/v1/rooms/lobby/speaker', { connection: '2' });
    await server.api('PATCH', '/api/v1/rooms/lobby', { layout: 'speaker' });
    await Promise.all([
      anna.waitForColours(['green']),
      ben.waitForColours(['magenta']),
      chris.waitForColours(['magenta']),
    ]);
    await ben.waitForTones(['do']);
    await stopSharing(anna);
    await Promise.all([anna.waitForColours(['green']), chris.waitForColours(['green'])]);
    await server.api('PATCH', '/api/v1/rooms/lobby', { layout: 'gallery' });
    await Promise.all([anna.waitForColours(['green', 'blue']), ben.waitForColours(['red', 'blue'])]);
    expect([...anna.errors, ...ben.errors, ...chris.errors]).toEqual([]);
  });

  test('while it is offered something is seen all the same', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'green' })]);
    await Promise.all([openPlainPage(anna, server.origin), openPlainPage(ben, server.origin)]);
    await Promise.all([anna.join('1'), ben.join('2')]);
    await Promise.all([anna.waitForColours(['green'], WAIT_MS), ben.waitForColours(['red'], WAIT_MS)]);
    const held = await holdMessages(anna);
    const before = anna.sent().length;
    await shareColour(ben, 'yellow');
    await held.waitFor('"type":"offer"');
    await shareColour(anna, 'magenta');
    await anna.waitForWire('sent', 'video-conference-demo', before + 1, WAIT_MS);
    expect(anna.sent().at(-1)?.message).toMatchObject({ type: 'offer', renegotiatingPeer: true });
    await held.letGo();
    await Promise.all([
      anna.waitForColours(['green', 'yellow'], WAIT_MS),
      ben.waitForColours(['red', 'magenta'], WAIT_MS),
    ]);
    expect(server.log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });
});
