import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Webstreamer } from '../../src/client/index.ts';
import { randomKey } from '../../src/common/access-file.ts';
import { roomPage, waitForBoxes, waitForMotion } from './support/room-page.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import type { Person } from './support/person.ts';

const key = randomKey();
const auth = {
  required: true,
  secret: 'the secret of this test, of 32 characters',
  keys: [{ name: 'test', key, scopes: ['operator' as const] }],
};

let closed: TestServer;
let open: TestServer;
beforeAll(async () => {
  [closed, open] = await Promise.all([startServer({ auth }, undefined, key), startServer()]);
});
afterAll(() => Promise.all([closed.close(), open.close()]));

async function openInvitation(person: Person, server: TestServer, role: 'host' | 'viewer', name: string) {
  const token = server === closed ? key : undefined;
  const link = await new Webstreamer({ url: server.origin, token }).makeLink('lobby', { role, name });
  await person.open(link.url);
  await person.page.waitForFunction(
    (wanted) => document.querySelector<HTMLInputElement>('#name')?.value === wanted,
    name,
  );
}

async function join(person: Person): Promise<void> {
  await person.page.click('#join');
  await person.page.waitForFunction(() => document.body.dataset.progress === 'on');
}

const person = async (server: TestServer, name: string) =>
  (await server.room('lobby')).connections.find((connection) => connection.name === name);

describe('an invitation', () => {
  test('lets its owner in, as what it says, and nobody without one', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'green' })]);
    await openInvitation(anna, closed, 'host', 'Anna');
    expect(anna.page.url()).toBe(roomPage(closed.origin));
    await join(anna);
    const asHost = { role: 'host', state: 'connected', temporary: true };
    await expect.poll(() => person(closed, 'Anna'), { timeout: 10_000 }).toMatchObject(asHost);

    await ben.open(roomPage(closed.origin));
    await ben.waitForText('#ended-title', 'You need an invitation');
    await ben.open(`${roomPage(closed.origin)}#token=a.b.c`);
    await ben.waitForText('#ended-title', 'You need an invitation');

    // The host invites from the page, and operates the room.
    await anna.page.click('#alone-invite');
    await anna.page.waitForFunction(() => document.querySelector<HTMLInputElement>('#link')?.value.includes('#token='));
    await ben.open(await anna.page.inputValue('#link'));
    await anna.page.keyboard.press('Escape');
    await ben.page.fill('#name', 'Ben');
    await join(ben);
    await Promise.all([waitForBoxes(anna, ['Ben']), waitForBoxes(ben, ['Anna'])]);
    expect(await person(closed, 'Ben')).toMatchObject({ role: 'participant' });

    // Whose picture is stopped stays on the page and in the list of those who operate nothing.
    await ben.page.keyboard.press('p');
    const { id } = (await person(closed, 'Anna'))!;
    const setVideo = (video: boolean) =>
      closed.api('PATCH', `/api/v1/rooms/lobby/connections/${id}`, { muted: { video } });
    await setVideo(true);
    await ben.page.locator('#people-list li', { hasText: 'Anna' }).getByText('camera stopped by the host').waitFor();
    await ben.page.locator('.video-muted[aria-label=Anna] .stopped').waitFor();
    await waitForBoxes(ben, ['Anna']);
    await setVideo(false);
    await Promise.all([waitForMotion(ben, 'Anna'), waitForBoxes(ben, ['Anna'])]);
    expect(await ben.page.locator('#people-list li').count()).toBe(2);
    expect([...anna.errors, ...ben.errors].filter((text) => !text.includes('401'))).toEqual([]);
  });

  for (const which of ['closed', 'open'] as const)
    test(`of a backend is for one place, one person and one call: ${which}`, async ({ cast }) => {
      const server = which === 'closed' ? closed : open;
      const client = new Webstreamer({ url: server.origin, ...(which === 'closed' && { token: key }) });
      const place = await client.join('lobby', { name: 'Cleo', role: 'participant' });
      const [cleo, other] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'green' })]);
      await cleo.open(place.url);
      await cleo.page.waitForFunction(() => document.querySelector<HTMLInputElement>('#name')?.value === 'Cleo');
      expect(cleo.page.url()).toBe(roomPage(server.origin));
      await join(cleo);
      const inCall = { id: place.connection, state: 'connected', role: 'participant' };
      await expect.poll(() => person(server, 'Cleo'), { timeout: 10_000 }).toMatchObject(inCall);

      const refused = async () => {
        await other.open(place.url);
        await other.page.click('#join');
        await other.waitForText('#ended-title', 'This place is no longer there');
      };
      const { user } = (await person(server, 'Cleo'))!;
      await refused();
      expect(await person(server, 'Cleo')).toMatchObject({ ...inCall, user });
      await cleo.page.click('#tool-leave');
      await expect.poll(() => person(server, 'Cleo'), { timeout: 10_000 }).toBeUndefined();
      await refused();
      expect([...cleo.errors, ...other.errors]).toEqual([]);
    });

  test('says on a server that asks for none whom it is for', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red' });
    await openInvitation(anna, open, 'viewer', 'Anna');
    expect(await anna.page.isChecked('#watch')).toBe(true);
    await join(anna);
    const asViewer = { role: 'viewer', state: 'connected' };
    await expect.poll(() => person(open, 'Anna'), { timeout: 10_000 }).toMatchObject(asViewer);
  });
});
