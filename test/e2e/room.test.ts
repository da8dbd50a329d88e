import { afterAll, beforeAll, describe, expect } from 'vitest';
import { expectAccessible, joinRoom, roomPage, waitForBoxes, waitForMotion } from './support/room-page.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import { until } from './support/until.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const settingOf = async () => {
  const { layout, speakerPolicy, locked, speaker } = await server.room('lobby');
  return { layout, speakerPolicy, locked, speaker };
};

describe('the room page', () => {
  test('lets three people meet, and every control does what it says', async ({ cast }) => {
    const [anna, ben, chris] = await Promise.all([
      cast.launch({ colour: 'red', tone: 'do', name: 'anna' }),
      cast.launch({ colour: 'green', tone: 're', name: 'ben' }),
      cast.launch({ colour: 'blue', camera: 'absent', name: 'chris', viewport: { width: 360, height: 740 } }),
    ]);
    await anna.open(roomPage(server.origin));
    await anna.page.waitForFunction(() => (document.querySelector<HTMLMeterElement>('#level')?.value ?? 0) > 0.2);
    await anna.page.click('#preview-microphone');
    await anna.page.waitForFunction(() => document.querySelector<HTMLMeterElement>('#level')?.value === 0);
    await anna.page.click('#preview-microphone');
    expect(await anna.page.locator('#choose-camera option').count()).toBeGreaterThan(1);
    await expectAccessible(anna);
    await joinRoom(anna, server.origin, 'Anna');
    await anna.page.locator('#alone').waitFor();
    await joinRoom(ben, server.origin, 'Ben');
    await chris.open(roomPage(server.origin));
    await chris.waitForText('#preview-notice', 'No camera or microphone was found');
    await chris.page.fill('#name', 'Chris');
    await chris.page.click('#join');
    await Promise.all([
      waitForBoxes(anna, ['Ben', 'Chris']),
      waitForBoxes(ben, ['Anna', 'Chris']),
      waitForBoxes(chris, ['Anna', 'Ben']),
    ]);
    await Promise.all([waitForMotion(chris, 'Anna'), anna.page.locator('.video-muted[aria-label=Chris]').waitFor()]);
    await ben.waitForTones(['do']);

    // Muting by key, the camera by the toolbar's arrow keys, and both again.
    await anna.page.keyboard.press('m');
    await ben.page.locator('.audio-muted[aria-label=Anna]').waitFor();
    await anna.page.focus('#tool-microphone');
    await anna.page.keyboard.press('ArrowRight');
    await anna.page.keyboard.press('Enter');
    await ben.page.locator('.video-muted[aria-label=Anna]').waitFor();
    await anna.page.click('#tool-microphone');
    await anna.page.click('#tool-camera');
    await ben.page.locator('.media-container[aria-label=Anna]:not(.audio-muted, .video-muted)').waitFor();
    await Promise.all([ben.waitForTones(['do']), waitForMotion(ben, 'Anna')]);

    await anna.page.keyboard.press('v');
    await ben.page.locator('.video-muted[aria-label=Anna]').waitFor();
    await anna.page.keyboard.press('v');
    await ben.page.locator('.media-container[aria-label=Anna]:not(.video-muted)').waitFor();

    // A screen comes, by key, and goes.
    await ben.page.keyboard.press('s');
    await Promise.all([waitForBoxes(anna, ['Ben', 'Chris', 'Screen of Ben']), waitForMotion(anna, 'Screen of Ben')]);
    const widths = await anna.page
      .locator('.media-container:not(.empty)')
      .evaluateAll((boxes) => boxes.map((box) => [box.getAttribute('aria-label'), box.clientWidth] as const));
    const widest = widths.toSorted((one, other) => other[1] - one[1])[0];
    expect(widest?.[0]).toBe('Screen of Ben');
    await ben.page.click('#tool-share');
    await waitForBoxes(anna, ['Ben', 'Chris']);
    await anna.page.locator('.media-container[aria-label=Chris]').hover();
    await anna.page.click('.media-container[aria-label=Chris] .pin');
    expect(await anna.page.getAttribute('.media-container[aria-label=Chris] .pin', 'aria-pressed')).toBe('true');

    // Chat, unread on a phone, with markup that stays text.
    await anna.page.keyboard.press('c');
    await anna.page.fill('#chat-field', '<b>Hello</b>');
    await anna.page.keyboard.press('Enter');
    await chris.page.locator('#tool-chat .count').waitFor();
    expect(await chris.page.getAttribute('#tool-chat', 'aria-label')).toBe('Chat, 1 unread message');
    await chris.waitForText('#announcements', 'Anna says: <b>Hello</b>');
    await chris.page.click('#tool-chat');
    await chris.waitForText('#chat-log', 'Anna');
    expect(await chris.page.locator('#chat-log .said').allTextContents()).toEqual(['<b>Hello</b>']);
    await chris.page.fill('#chat-field', '你好');
    await chris.page.click('#chat-send');
    await anna.waitForText('#chat-log', '你好');
    await Promise.all([expectAccessible(anna), expectAccessible(chris)]);
    await chris.page.click('#chat .close');
    expect(await chris.page.evaluate(() => document.activeElement?.id)).toBe('tool-chat');
    const overflow = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await chris.page.evaluate(overflow)).toBe(false);

    // What the operator of an open server may do.
    await anna.page.keyboard.press('Escape');
    await anna.page.keyboard.press('p');
    const row = (name: string) => anna.page.locator('#people-list li').filter({ hasText: name });
    await row('Ben').getByRole('button', { name: 'Mute: Ben' }).click();
    await ben.waitForText('#own-notice', 'The host has muted you');
    await row('Ben').getByRole('button', { name: 'Unmute: Ben' }).click();
    await row('Ben').getByRole('button', { name: 'Stop picture: Ben' }).click();
    const stoppedBox = chris.page.locator('.media-container[aria-label=Ben] .stopped');
    await stoppedBox.waitFor();
    expect(await stoppedBox.textContent()).toBe('camera stopped by the host');
    await waitForBoxes(chris, ['Anna', 'Ben']);
    await row('Ben').getByRole('button', { name: 'Allow picture: Ben' }).click();
    await Promise.all([stoppedBox.waitFor({ state: 'detached' }), waitForMotion(chris, 'Ben')]);
    await waitForBoxes(chris, ['Anna', 'Ben']);
    expect(await chris.page.textContent('#announcements')).not.toContain('Ben has left');
    await anna.page.selectOption('#layout', 'speaker');
    await row('Ben').getByRole('button', { name: 'Give floor: Ben' }).click();
    await Promise.all([waitForBoxes(chris, ['Ben']), ben.waitForText('#alone-title', 'You have the floor')]);
    await expectAccessible(anna);
    await row('Ben').getByRole('button', { name: 'Take floor: Ben' }).click();
    await anna.page.selectOption('#layout', 'grid');
    await waitForBoxes(chris, ['Everybody in one picture']);
    await anna.page.selectOption('#layout', 'gallery');
    await anna.page.check('#loudest');
    await anna.page.check('#locked');
    await until(
      async () => (await settingOf()).locked,
      5000,
      () => 'The room should be locked',
    );
    expect(await settingOf()).toMatchObject({ layout: 'gallery', speakerPolicy: 'loudest', locked: true });

    // The link, the dialogs, full screen.
    await anna.page.click('#tool-invite');
    expect(await anna.page.inputValue('#link')).toBe(roomPage(server.origin));
    await anna.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await anna.page.click('#copy');
    await anna.waitForText('#copy-result', 'The link is copied.');
    await anna.page.keyboard.press('Escape');
    await anna.page.focus('#tool-people');
    await anna.page.keyboard.press('?');
    await anna.page.locator('#more-dialog[open] #shortcuts').waitFor();
    await anna.page.selectOption('#change-microphone', 'none');
    await ben.page.locator('.audio-muted[aria-label=Anna]').waitFor();
    const another = anna.page.locator('#change-microphone option:not([value=none])').last();
    const microphone = await another.getAttribute('value');
    await anna.page.selectOption('#change-microphone', microphone);
    await ben.page.locator('.media-container[aria-label=Anna]:not(.audio-muted)').waitFor();
    await ben.waitForTones(['do']);
    await anna.page.selectOption('#change-camera', 'none');
    await ben.page.locator('.video-muted[aria-label=Anna]').waitFor();
    await anna.page.click('#full-screen');
    await anna.page.waitForFunction(() => document.fullscreenElement !== null);
    await anna.page.keyboard.press('f');
    await anna.page.waitForFunction(() => document.fullscreenElement === null);

    // Shown out, then out of one's own accord.
    await row('Chris').getByRole('button', { name: 'Remove: Chris' }).click();
    await anna.page.click('#remove-dialog .danger');
    await chris.waitForText('#ended-title', 'You have been shown out');
    await anna.page.click('#tool-leave');
    await anna.waitForText('#ended-title', 'You have left the room');
    await anna.page.click('#again');
    await anna.page.locator('#join').waitFor();
    await waitForBoxes(ben, []);
    expect([...anna.errors, ...ben.errors, ...chris.errors]).toEqual([]);
  });
});
