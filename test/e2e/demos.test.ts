import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { openClassicPage, openPlainPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

// Rooms of pages among themselves: no webstreamer is in them, the bridge alone brings them together.
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ rooms: [] });
});
afterAll(() => server.close());

/** The number of videos on a page that play and are not the person's own. */
const playing = (person: Person) =>
  person.page.evaluate(
    () =>
      [...document.querySelectorAll('video')].filter(
        (video) => video.srcObject !== null && !video.muted && video.videoWidth > 0 && video.currentTime > 0,
      ).length,
  );

describe('demos of RTCMultiConnection on our bridge', () => {
  test('One-to-One, 3.4.5: two see and hear each other', async ({ cast }) => {
    const [anna, ben] = await Promise.all([
      cast.launch({ colour: 'red', tone: 'do' }),
      cast.launch({ colour: 'blue', tone: 'mi' }),
    ]);
    await Promise.all([anna, ben].map((person) => openClassicPage(person, server.origin, 'One-to-One')));
    await anna.openRoom('one');
    await anna.waitForWire('sent', 'changed-uuid');
    await ben.join('one');
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    await Promise.all([anna.waitForTones(['mi']), ben.waitForTones(['do'])]);
  });

  test('Audio-Conferencing, 3.4.5: three hear each other', async ({ cast }) => {
    const tones = ['do', 'mi', 'so'] as const;
    const people = await Promise.all(tones.map((tone) => cast.launch({ colour: 'red', tone, name: tone })));
    await Promise.all(people.map((person) => openClassicPage(person, server.origin, 'Audio-Conferencing')));
    const [first, ...others] = people;
    await first!.openRoom('audio');
    await first!.waitForWire('sent', 'changed-uuid');
    for (const person of others) await person.join('audio');
    for (const [index, person] of people.entries())
      await person.waitForTones(tones.filter((_, other) => other !== index));
  });

  test('TextChat+FileSharing, 3.4.5: text and a file go both ways', async ({ cast }) => {
    const people = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await Promise.all(people.map((person) => openClassicPage(person, server.origin, 'TextChat+FileSharing')));
    const [anna, ben] = people;
    await anna.openRoom('chat');
    await anna.waitForWire('sent', 'changed-uuid');
    await ben.join('chat');
    for (const [from, to] of [
      [anna, ben],
      [ben, anna],
    ] as const) {
      await from.page.waitForSelector('#input-text-chat:enabled');
      await from.page.fill('#input-text-chat', `hello from ${from.name}`);
      await from.page.press('#input-text-chat', 'Enter');
      await to.page.waitForSelector(`.chat-output:has-text("hello from ${from.name}")`);
    }
    const [chooser] = await Promise.all([anna.page.waitForEvent('filechooser'), anna.page.click('#share-file')]);
    await chooser.setFiles({ name: 'minutes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing was decided') });
    const link = await ben.page.waitForSelector(
      '#file-container a[href^="blob:"], #file-container iframe[src^="blob:"]',
    );
    const url = (await link.getAttribute('href')) ?? (await link.getAttribute('src')) ?? '';
    expect(await ben.page.evaluate(async (blob) => (await fetch(blob)).text(), url)).toBe('nothing was decided');
  });

  test('Scalable-Broadcast, 3.4.5: a viewer passes on to the next what it receives', async ({ cast }) => {
    const people = await Promise.all((['red', 'blue', 'green'] as const).map((colour) => cast.launch({ colour })));
    const [presenter, first, second] = people as [Person, Person, Person];
    for (const person of people) {
      await openClassicPage(person, server.origin, 'Scalable-Broadcast');
      await person.waitForWire('sent', 'extra-data-updated'); // it listens to the socket from then on
      await person.page.fill('#broadcast-id', 'show');
      await person.page.click('#open-or-join');
      if (person === presenter) await person.waitForWire('received', 'start-broadcasting');
      else await expect.poll(() => playing(person), { timeout: 20_000 }).toBe(1);
      if (person === first) await person.waitForWire('sent', 'can-relay-broadcast');
    }
    const hints = second.wire.find(({ event }) => event === 'join-broadcaster');
    const from = first.wire.find(({ event }) => event === 'join-broadcaster');
    expect(from?.args[0]).toMatchObject({ userid: 'show', broadcastId: 'show' });
    expect((hints?.args[0] as { userid: string }).userid).not.toBe('show');
  });

  test('a screen that is shared, 3.7.1: a viewer sees it and sends nothing', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await Promise.all([anna, ben].map((person) => openPlainPage(person, server.origin, 'screen-3.7.1')));
    await anna.openRoom('screen');
    await anna.waitForWire('sent', 'open-room');
    await ben.join('screen');
    await expect.poll(() => playing(ben), { timeout: 20_000 }).toBe(1);
    expect(await ben.uploads()).toEqual({ audio: 0, video: 0 });
  });
});
