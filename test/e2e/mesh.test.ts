import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { startMeshServer, type MeshServer } from './support/mesh-server.ts';
import { openClassicPage, openPlainPage, ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';

let server: MeshServer;
beforeAll(async () => {
  server = await startMeshServer();
});
afterAll(() => server.close());

const pages: [page: string, open: (person: Person) => Promise<void>][] = [
  ['our page', (person) => person.open(ourPage(server.origin))],
  ['a plain 3.7.1 page', (person) => openPlainPage(person, server.origin)],
];

describe('two browsers that call each other without a media server', () => {
  test.for(pages)('see and hear each other on %s until one closes the tab', async ([page, open], { cast }) => {
    const [anna, ben] = await Promise.all([
      cast.launch({ colour: 'red', tone: 'do' }),
      cast.launch({ colour: 'blue', tone: 'mi' }),
    ]);
    const id = `mesh-${page.replaceAll(' ', '-')}`;
    await Promise.all([anna, ben].map((person) => open(person)));
    await anna.openRoom(id);
    await anna.waitForWire('sent', 'open-room');
    await ben.join(id);

    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    await Promise.all([anna.waitForFrames(), ben.waitForFrames()]);
    await Promise.all([anna.waitForTones(['mi']), ben.waitForTones(['do'])]);
    expect(await anna.uploads()).toEqual({ audio: 1, video: 1 });
    expect(ben.sent().map(({ message }) => message)).toContainEqual(
      expect.objectContaining({ newParticipationRequest: true }),
    );
    expect(ben.received().map(({ message }) => message)).toContainEqual(expect.objectContaining({ enableMedia: true }));

    await ben.leave();
    await anna.waitForColours([]);
    expect(ben.sent().map(({ message }) => message)).toContainEqual({ userLeft: true });
    expect([...anna.errors, ...ben.errors]).toEqual([]);
  });

  test('are two people on the unmodified 3.4.5 page', async ({ cast }) => {
    const [anna, ben] = await Promise.all([
      cast.launch({ colour: 'green', tone: 're' }),
      cast.launch({ colour: 'magenta', tone: 'so' }),
    ]);
    await Promise.all([openClassicPage(anna, server.origin), openClassicPage(ben, server.origin)]);
    await anna.openRoom('classic');
    await anna.waitForWire('sent', 'changed-uuid');
    await ben.join('classic');
    await Promise.all([anna.waitForColours(['magenta']), ben.waitForColours(['green'])]);
    await Promise.all([anna.waitForTones(['so']), ben.waitForTones(['re'])]);
    expect(ben.sent()[0]).toMatchObject({ remoteUserId: 'classic', password: false });
    expect(ben.received().map(({ message }) => message)).toContain('next-possible-initiator');
    await ben.leave();
    await anna.waitForColours([]);
  });
});
