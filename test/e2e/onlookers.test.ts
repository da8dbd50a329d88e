import { afterAll, beforeAll, expect } from 'vitest';
import { test } from './support/test.ts';
import { openPlainPage } from './support/pages.ts';
import { canHaveLan, PrivateLan } from './support/private-lan.ts';
import { joinRoom, roomPage, waitForBoxes, waitForMotion } from './support/room-page.ts';
import type { Person } from './support/person.ts';
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

/** The candidates that the page of a person can offer. */
const candidatesOf = (person: Person) =>
  person.page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    peer.addTransceiver('video', { direction: 'recvonly' });
    const candidates: string[] = [];
    const complete = new Promise<void>((resolve) => {
      peer.onicecandidate = ({ candidate }) => {
        if (candidate === null) resolve();
        else candidates.push(candidate.candidate);
      };
    });
    await peer.setLocalDescription();
    await complete;
    peer.close();
    return candidates;
  });

test.skipIf(!canHaveLan())(
  'somebody who allows neither camera nor microphone watches, though the browser names no address that can be found',
  async ({ cast }) => {
    const lan = new PrivateLan();
    const atHome = await startServer({ ice: { addresses: [lan.address] } });
    try {
      const [anna, ben, chris] = await Promise.all([
        cast.launch({ colour: 'red', name: 'anna' }),
        cast.launch({ colour: 'green', name: 'ben', camera: 'refused' }),
        cast.launch({ colour: 'blue', name: 'chris', camera: 'refused' }),
      ]);
      await joinRoom(anna, atHome.origin, 'Anna');
      await Promise.all([ben, chris].map((person) => person.open(roomPage(atHome.origin))));
      await Promise.all(
        [ben, chris].map((person) => person.waitForText('#preview-notice', 'Camera and microphone are not allowed')),
      );
      const candidates = await candidatesOf(ben);
      expect(candidates.length).toBeGreaterThan(0);
      for (const candidate of candidates) expect(candidate).toMatch(/ [\w-]+\.local /);
      await ben.page.check('#watch');
      await chris.page.fill('#name', 'Chris');
      await Promise.all([ben, chris].map((person) => person.page.click('#join')));
      await Promise.all([waitForBoxes(ben, ['Anna', 'Chris']), waitForBoxes(chris, ['Anna'])]);
      await Promise.all([waitForMotion(ben, 'Anna'), waitForMotion(chris, 'Anna')]);
      expect(atHome.log.filter(({ level }) => level === 'error')).toEqual([]);
      expect([anna, ben, chris].flatMap(({ errors }) => errors)).toEqual([]);
    } finally {
      await atHome.close();
      lan.close();
    }
  },
);
