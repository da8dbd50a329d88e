import { afterAll, beforeAll, describe, expect } from 'vitest';
import { expectAccessible, joinRoom, roomPage, waitForBoxes, waitForMotion } from './support/room-page.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';

/** A page of somebody else's, which the test itself answers for. */
const PRODUCT = 'https://product.test';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ frameAncestors: [PRODUCT] });
});
afterAll(() => server.close());

describe('a server that is about to stop', () => {
  test('says so in the call, which goes on, and takes in nobody else', async ({ cast }) => {
    const draining = await startServer({ drain: { deadlineMs: 60_000 } });
    try {
      const anna = await cast.launch({ colour: 'red' });
      await joinRoom(anna, draining.origin, 'Anna');
      const end = draining.drain().then(() => 'empty');
      await anna.page.click('#tool-chat');
      await anna.waitForText('#chat-log', 'This server is about to shut down.');

      const ben = await cast.launch({ colour: 'green', name: 'ben' });
      await ben.open(roomPage(draining.origin));
      await ben.page.click('#join');
      await ben.waitForText('#ended-title', 'The server is about to stop');
      expect((await draining.room('lobby')).connections.filter(({ state }) => state === 'connected')).toHaveLength(1);

      await anna.page.click('#tool-leave');
      expect(await end).toBe('empty');
    } finally {
      await draining.close();
    }
  });
});

describe('the first page', () => {
  test('makes a room and goes there, and says what a name must be', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red', dark: true, camera: 'refused' });
    await anna.open(server.origin);
    await anna.waitForText('#room-list', 'lobby');
    await anna.page.fill('#room-name', 'a room');
    await anna.page.keyboard.press('Enter');
    await anna.waitForText('#find-result', 'This name cannot be used.');
    await expectAccessible(anna);
    await anna.page.fill('#room-name', '会议');
    await anna.page.keyboard.press('Enter');
    await anna.waitForText('#preview-title', 'Join 会议');
    await anna.waitForText('#preview-notice', 'Camera and microphone are not allowed');
    await expectAccessible(anna);
    expect((await server.room(encodeURIComponent('会议'))).name).toBe('会议');
    expect(new URL(anna.page.url()).pathname).toBe(`/rooms/${encodeURIComponent('会议')}`);
  });
});

describe('the room page', () => {
  test('says why there is no call, and goes on when there can be one', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red', viewport: { width: 360, height: 740 } });
    await anna.open(roomPage(server.origin, 'nowhere'));
    await anna.page.click('#join');
    await anna.waitForText('#ended-title', 'There is no such room');
    await expectAccessible(anna);

    await server.api('PATCH', '/api/v1/rooms/lobby', { locked: true });
    await anna.open(roomPage(server.origin));
    await anna.page.fill('#name', 'Anna');
    await anna.page.click('#join');
    await anna.waitForText('#ended-title', 'The room is locked');
    await server.api('PATCH', '/api/v1/rooms/lobby', { locked: false, maxUsers: 1 });
    await anna.page.click('#again');
    expect(await anna.page.inputValue('#name')).toBe('Anna');
    await anna.page.click('#join');
    await anna.page.waitForFunction(() => document.body.dataset.progress === 'on');

    const ben = await cast.launch({ colour: 'green', name: 'ben' });
    await ben.context.addInitScript(() => {
      Object.defineProperty(navigator, 'languages', { value: ['zh-CN'] });
    });
    await ben.open(roomPage(server.origin));
    await ben.waitForText('#join', '加入');
    expect(await ben.page.getAttribute('html', 'lang')).toBe('zh-Hans');
    await expectAccessible(ben);
    await ben.page.fill('#name', '小明');
    await ben.page.click('#join');
    await ben.waitForText('#ended-title', '房间已满');
    await server.api('PATCH', '/api/v1/rooms/lobby', { maxUsers: null });
    await joinRoom(ben, server.origin, '小明');
    await Promise.all([waitForBoxes(anna, ['小明']), waitForBoxes(ben, ['Anna'])]);

    // The worker dies: the call comes back by itself, or is made anew.
    await server.killWorkers();
    await ben.page.waitForFunction(() => document.querySelectorAll('.media-container:not(.own, .empty)').length === 0);
    await Promise.all([waitForBoxes(anna, ['小明']), waitForBoxes(ben, ['Anna'])]);

    // In a frame of a product's page, then only watching: seen by nobody.
    const chris = await cast.launch({ colour: 'blue', name: 'chris' });
    const allow = 'camera; microphone; display-capture; autoplay; fullscreen; clipboard-write';
    const body = `<iframe src="${roomPage(server.origin)}" allow="${allow}" style="width: 900px; height: 500px"></iframe>`;
    await chris.context.route(`${PRODUCT}/**`, (route) => route.fulfill({ contentType: 'text/html', body }));
    await chris.open(PRODUCT);
    const frame = chris.page.frameLocator('iframe');
    await frame.locator('#name').fill('Chris');
    await frame.locator('#preview-video').waitFor();
    await frame.locator('#join').click();
    await frame.locator('body[data-progress=on]').waitFor();
    await waitForBoxes(ben, ['Anna', 'Chris']);
    await waitForMotion(ben, 'Chris');
    await chris.open(roomPage(server.origin));
    await chris.page.check('#watch');
    await chris.page.fill('#name', 'Chris');
    await chris.page.click('#join');
    await waitForBoxes(chris, ['Anna', '小明']);
    expect(await chris.page.locator('#tool-microphone').isVisible()).toBe(false);
    await waitForBoxes(ben, ['Anna']);
    expect((await server.room('lobby')).connections.find(({ name }) => name === 'Chris')?.role).toBe('viewer');

    const { connections } = await server.room('lobby');
    const id = connections.find(({ name }) => name === 'Chris')?.id ?? '';
    const message = encodeURIComponent('The hour is over.');
    await server.api('DELETE', `/api/v1/rooms/lobby/connections/${id}/user?message=${message}`);
    await chris.waitForText('#ended-text', 'The hour is over.');
    await server.api('DELETE', '/api/v1/rooms/lobby');
    await anna.waitForText('#ended-title', 'The room is closed');
    await ben.waitForText('#ended-title', '房间已关闭');
    await expectAccessible(ben);
  });
});
