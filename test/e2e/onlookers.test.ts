import { afterAll, beforeAll, expect } from 'vitest';
import { test } from './support/test.ts';
import { openPlainPage } from './support/pages.ts';
import { startServer, type TestServer } from './support/server.ts';
import { addCamera, haveOnly, stopCamera } from './support/sharing.ts';

const WAIT_MS = 30_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test('people with a camera alone, with a microphone alone, and with neither see and hear what there is', async ({
  cast,
}) => {
  const [anna, ben, chris] = await Promise.all([
    cast.launch({ colour: 'red', tone: 'do' }),
    cast.launch({ colour: 'green', tone: 're' }),
    cast.launch({ colour: 'blue', tone: 'mi' }),
  ]);
  await Promise.all([anna, ben, chris].map((person) => openPlainPage(person, server.origin)));
  await Promise.all([haveOnly(anna, { video: true }), haveOnly(ben, { audio: true }), haveOnly(chris, {})]);
  await Promise.all([anna.join('1'), ben.join('2'), chris.join('3')]);
  await Promise.all([
    anna.waitForColours(['other'], WAIT_MS),
    ben.waitForColours(['red'], WAIT_MS),
    chris.waitForColours(['red'], WAIT_MS),
  ]);
  await Promise.all([anna.waitForTones(['re']), ben.waitForTones([]), chris.waitForTones(['re'])]);
  expect(await Promise.all([anna, ben, chris].map((person) => person.uploads()))).toEqual([
    { audio: 0, video: 1 },
    { audio: 1, video: 0 },
    { audio: 0, video: 0 },
  ]);

  await addCamera(chris);
  await Promise.all([anna.waitForColours(['blue'], WAIT_MS), ben.waitForColours(['red', 'blue'], WAIT_MS)]);
  await Promise.all([anna.waitForTones(['re', 'mi']), ben.waitForTones(['mi'])]);

  await stopCamera(anna);
  await Promise.all([ben.waitForColours(['blue']), chris.waitForColours(['other'])]);
  expect(server.log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  expect([anna, ben, chris].flatMap(({ errors }) => errors)).toEqual([]);
});
