import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, describe, expect } from 'vitest';
import { meet } from './support/meeting.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}
declare const axe: { run: () => Promise<{ violations: Finding[] }> };

let server: TestServer;
afterEach(() => server.close());

/** What axe-core finds serious or critical on a page, in the scheme that it is in. */
async function seriousFindings(page: Page): Promise<string[]> {
  // Not as an element of the page: its content policy allows no scripts of others.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Opens the console in a tab of its own; `errors` gets what its scripts fail with. */
async function openConsole(context: BrowserContext, errors: string[], place = ''): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${server.origin}/console${place}`);
  return page;
}

const notice = (page: Page, text: string | RegExp) =>
  page.locator('.notice-area .notice', { hasText: text }).waitFor({ state: 'visible' });
const press = (page: Page, name: string, exact = true) => page.getByRole('button', { name, exact }).click();
const submit = (page: Page, name: string) => page.locator('dialog').getByRole('button', { name, exact: true }).click();
const isWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

describe('the console', () => {
  test('shows and runs a meeting, for two operators at once', async ({ cast }) => {
    server = await startServer({ rooms: [{ name: 'hall', connections: ['1', '2', '3'] }] });
    const [anna] = await meet(cast, server, 'hall', [{ colour: 'red', tone: 'do' }]);
    const errors: string[] = [];
    const page = await openConsole(anna.context, errors);

    // The rooms: one is made, looked at, and ended.
    await page.getByRole('link', { name: 'hall' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/');
    expect(await seriousFindings(page)).toEqual([]);
    await press(page, 'New room');
    await page.getByLabel('Name', { exact: true }).fill('会议');
    await page.getByLabel('Layout').selectOption('grid');
    await page.getByLabel('Picture codec').selectOption('vp8');
    await page.getByLabel(/fixed ids/).fill('a b');
    expect(await seriousFindings(page)).toEqual([]);
    await submit(page, 'Make the room');
    await page.getByRole('heading', { level: 1, name: '会议' }).waitFor();
    expect((await server.room('会议')).connections.map(({ id }) => id)).toEqual(['a', 'b']);
    await press(page, 'End the room');
    await submit(page, 'End the room');
    await notice(page, 'has been ended');
    await page.getByRole('link', { name: 'hall' }).click();

    // Somebody in a room: picture, level, figures, and what is done with them.
    const card = page.locator('.person');
    const act = (name: string) => card.getByRole('button', { name, exact: true }).click();
    await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('.person img')?.naturalWidth ?? 0) > 0);
    await page.waitForFunction(
      () => parseInt(document.querySelector<HTMLElement>('.level')?.style.inlineSize ?? '0') > 20,
    );
    await card.getByText('Speaks', { exact: true }).waitFor();
    await card
      .getByText(/\d+ kbit\/s/)
      .first()
      .waitFor();
    await act('Give the floor');
    await card.getByText('Has the floor', { exact: true }).waitFor();
    await act('Take the floor away');
    await expect.poll(async () => (await server.room('hall')).speaker).toBeNull();
    for (const [name, kind] of [
      ['Mute sound', 'audio'],
      ['Mute picture', 'video'],
    ] as const) {
      await act(name);
      await expect.poll(async () => (await server.room('hall')).connections[0]?.muted[kind]).toBe(true);
      await card.getByRole('button', { name, pressed: true }).click();
      await expect.poll(async () => (await server.room('hall')).connections[0]?.muted[kind]).toBe(false);
    }
    await card.getByText('More').click();
    await act('Rename');
    await page.getByLabel(/Name/).fill('Anna & <b>');
    await submit(page, 'Rename');
    await page.locator('dialog [role=alert]').waitFor();
    await page.getByLabel(/Name/).fill('Anna 安娜');
    await submit(page, 'Rename');
    await card.getByRole('heading', { name: 'Anna 安娜' }).waitFor();

    // Two operators: each sees what the other does, and neither overwrites what they have not seen.
    const other = await openConsole(anna.context, errors, '/#/rooms/hall');
    const layout = (at: Page) => at.getByLabel('Layout', { exact: true });
    await layout(other).selectOption('speaker');
    await notice(other, 'Layout: Speaker');
    await page.waitForFunction(
      () => document.querySelector<HTMLSelectElement>('.settings select')?.value === 'speaker',
    );
    const limit = (at: Page) => at.getByLabel(/Most people/);
    await limit(page).pressSequentially('7');
    await limit(other).fill('5');
    await limit(other).press('Enter');
    await notice(other, 'Most people: 5');
    await limit(page).press('Enter');
    await notice(page, /Another operator was faster: .*: 5\. Your change was not made \(.*: 7\)/);
    expect(await limit(page).inputValue()).toBe('5');
    expect((await server.room('hall')).maxUsers).toBe(5);
    await press(page, 'Make my change now');
    await notice(page, 'Most people: 7');
    await expect.poll(() => limit(other).inputValue()).toBe('7');
    await limit(other).fill('0');
    await limit(other).press('Enter');
    await notice(other, 'from 1 to 1000');
    await page.getByLabel('Sound', { exact: true }).selectOption('speaker');
    await page.getByLabel('The floor', { exact: true }).selectOption('loudest');
    await page.getByLabel(/newcomers/).fill('9');
    await page.getByLabel(/newcomers/).press('Enter');
    await page.getByLabel(/Locked/).check();
    await expect
      .poll(() => server.room('hall'))
      .toMatchObject({ sound: 'speaker', speakerPolicy: 'loudest', chatHistory: 9, locked: true, maxUsers: 7 });
    await page.getByLabel(/Locked/).uncheck();
    await other.close();

    // What is said, and links.
    await page.getByLabel('Say something to the room').fill('<b>Hello</b>');
    await press(page, 'Send');
    await page.locator('.messages li', { hasText: '<b>Hello</b>' }).waitFor();
    await press(page, 'Invite');
    await page.locator('dialog').getByLabel(/^Name/).fill('Zoë');
    await page.getByLabel('Role', { exact: true }).selectOption('viewer');
    await page.getByLabel(/works for/).selectOption('3600');
    await submit(page, 'Make the link');
    await expect.poll(() => page.getByLabel('Link', { exact: true }).inputValue()).toContain('/rooms/hall');
    await submit(page, 'Copy');
    await page.locator('dialog [role=status]', { hasText: /Copied|copy it/ }).waitFor();
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    await page.keyboard.press('Escape');
    // Without tokens, no link could be withdrawn.
    expect(await page.getByText('Invitation links').count()).toBe(0);

    // Who comes by the link has its name, and can be told something that nobody else is.
    const zoe = await anna.context.newPage();
    await zoe.goto(link);
    await zoe.waitForFunction(() => document.querySelector<HTMLInputElement>('#name')?.value === 'Zoë');
    await zoe.click('#join');
    await zoe.waitForFunction(() => document.body.dataset.progress === 'on');
    await page.getByLabel('To', { exact: true }).selectOption({ label: 'Zoë' });
    const toZoe = page.locator('.messages li', { hasText: 'For your ears only' });
    const say = async () => {
      await page.getByLabel('Say something to the room').fill('For your ears only');
      await press(page, 'Send');
      return toZoe.count(); // her channel may still be on its way
    };
    await expect.poll(say, { timeout: 10_000 }).toBeGreaterThan(0);
    await toZoe.first().getByText('to Zoë').waitFor();
    await zoe.keyboard.press('c');
    await zoe.locator('#chat-log', { hasText: 'For your ears only' }).waitFor();
    await zoe.close();
    await page.bringToFront();

    // Figures: lines for the eye, a table for the ear.
    await page.locator('.plot canvas').first().waitFor();
    await page.locator('.plot summary').first().click();
    await page
      .locator('.plot')
      .first()
      .getByRole('row', { name: /Anna 安娜 .*bit\/s/ })
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    // Without motion, the colours are those of the scheme at once.
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await seriousFindings(page)).toEqual([]);
    expect(await isWide(page)).toBe(false);

    // Connections come and go; a person is shown out, with words.
    await press(page, 'Add a connection');
    await page.getByLabel('Connection id').fill('4');
    await submit(page, 'Add a connection');
    await press(page, 'Remove connection: 4');
    await submit(page, 'Remove connection');
    await notice(page, 'The connection 4 has been removed');
    await act('Show out');
    await page.getByLabel(/What they are told/).fill('See you tomorrow.');
    await submit(page, 'Show out');
    await anna.waitForText('#notice', 'See you tomorrow.');
    await page.getByText('Nobody is here at the moment.').waitFor();

    // The other pages, at a phone's width.
    await page.getByRole('link', { name: 'Events' }).click();
    await page.locator('.log li', { hasText: 'Anna 安娜 is free (removed).' }).waitFor();
    await press(page, 'Pause');
    await server.api('PATCH', '/api/v1/rooms/hall', { layout: 'grid' });
    await page.getByText('Paused; 1 more since then.').waitFor();
    await press(page, 'Go on');
    await page.locator('.log li', { hasText: 'Layout: Grid.' }).waitFor();
    await page.getByLabel('Type').selectOption('message');
    await page.getByLabel('Room', { exact: true }).selectOption('hall');
    await page.locator('.log li', { hasText: 'Layout: Grid.' }).waitFor({ state: 'detached' });
    expect(await page.locator('.log li').count()).toBeGreaterThanOrEqual(2); // to everybody, and to Zoë
    expect([await isWide(page), await seriousFindings(page)]).toEqual([false, []]);
    await press(page, 'Clear');
    await page.getByText('Nothing has happened yet.').waitFor();
    await page.getByRole('link', { name: 'Server', exact: true }).click();
    await page.getByRole('row', { name: /Media worker/ }).waitFor();
    expect([await isWide(page), await seriousFindings(page)]).toEqual([false, []]);
    expect(errors).toEqual([]);
  });

  test('asks for a key, shows what it allows, in Chinese, and says that the server is away', async ({ cast }) => {
    const key = (letter: string) => `wsk_${letter.repeat(43)}`;
    const keys = [
      { name: 'Olga', key: key('o'), scopes: ['operator'] },
      { name: 'Rosa', key: key('r'), scopes: ['room-operator'], room: 'side' },
      { name: 'Lena', key: key('l'), scopes: ['read'] },
      { name: 'Jo', key: key('j'), scopes: ['join'] },
    ] as const;
    const auth = {
      required: true,
      secret: 's'.repeat(32),
      keys: keys.map((one) => ({ ...one, scopes: [...one.scopes] })),
    };
    const rooms = [
      { name: 'hall', connections: ['1'] },
      { name: 'side', connections: ['2'] },
    ];
    server = await startServer({ rooms, auth });
    const olga = await cast.launch({ colour: 'red', viewport: { width: 360, height: 740 } });
    await olga.context.addInitScript(() => {
      Object.defineProperty(navigator, 'languages', { get: () => ['zh-CN'] });
    });
    const errors: string[] = [];
    const page = await openConsole(olga.context, errors, '/');
    const signIn = async (token: string) => {
      await page.getByLabel('密钥或令牌').fill(token);
      await press(page, '登录');
    };
    await page.getByRole('heading', { name: '登录' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await signIn('wsk_wrong');
    await page.getByText('服务器不认识此密钥').waitFor();
    await signIn(key('j'));
    await page.getByText('此密钥不允许使用控制台').waitFor();

    // Who may only look sees no way to change anything.
    await signIn(key('l'));
    await page.getByText('只允许查看').waitFor();
    expect(await page.getByRole('button', { name: '新建房间' }).count()).toBe(0);
    await page.getByRole('link', { name: 'hall' }).click();
    await page.getByText('现在没有人').waitFor();
    expect(await page.locator('.settings').locator('select:enabled, input:enabled').count()).toBe(0);
    expect(await page.getByRole('button', { name: /邀请|撤回|移除|发言权/ }).count()).toBe(0);
    await press(page, '退出登录');

    // Who operates one room sees that one.
    await signIn(key('r'));
    await page.getByRole('heading', { level: 1, name: 'side' }).waitFor();
    expect(await page.getByRole('link', { name: /hall|服务器/ }).count()).toBe(0);
    await press(page, '邀请');
    await page.getByLabel('角色').selectOption('host');
    await submit(page, '生成链接');
    const link = page.getByLabel('链接', { exact: true });
    await expect.poll(() => link.inputValue()).toContain('/rooms/side#token=');
    const ofHost = new URL(await link.inputValue()).hash.replace('#token=', '');
    await page.locator('dialog').getByLabel(/^名字/).fill('Zoë');
    await page.getByLabel('角色').selectOption('viewer');
    await submit(page, '生成链接');
    await expect.poll(() => link.inputValue()).not.toContain(ofHost);
    await page.keyboard.press('Escape');

    // Links are listed, and withdrawn by the keyboard: the focus stays where they were.
    const links = page.locator('.links li');
    await expect
      .poll(() => links.allTextContents())
      .toEqual([
        expect.stringMatching(/^Zoë观众有效期至 .*由 Rosa 于 .* 生成/),
        expect.stringMatching(/^任何持有者主持人/),
      ]);
    expect([await isWide(page), await seriousFindings(page)]).toEqual([false, []]);
    const statusOf = async (token: string) =>
      (await fetch(`${server.url}/api/v1/access`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await statusOf(ofHost)).toBe(200);
    await page.getByRole('button', { name: /^撤回：任何持有者，主持人/ }).press('Enter');
    await submit(page, '撤回');
    await notice(page, '链接已撤回');
    expect([await links.count(), await statusOf(ofHost)]).toEqual([1, 401]);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('邀请链接');
    await press(page, '全部撤回');
    await submit(page, '全部撤回');
    await page.getByText('目前没有有效的链接').waitFor();
    await press(page, '退出登录');

    await signIn(key('o'));
    await page.getByRole('link', { name: 'hall' }).waitFor();
    expect([await isWide(page), await seriousFindings(page)]).toEqual([false, []]);
    const { port } = server;
    await server.close();
    await page.getByText('无法连接服务器').waitFor();
    server = await startServer({ port, auth, rooms: [{ name: 'new', connections: ['1'] }] });
    await page.getByRole('link', { name: 'new' }).waitFor();
    await page.getByText('服务器已恢复').waitFor();
    expect(errors).toEqual([]);
  });
});
