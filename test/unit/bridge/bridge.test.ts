import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { BridgeOptions } from '../../../src/server/bridge/bridge.ts';
import { BridgeServer, NOTHING, Page } from './bridge-server.ts';
import { REQUEST } from './stage.ts';

const open: BridgeServer[] = [];

async function start(options: Partial<BridgeOptions> = {}, port = 0): Promise<BridgeServer> {
  const server = await BridgeServer.start(options, port);
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A webstreamer and a page in its seat, that have talked. */
async function call(server: BridgeServer, id = '1', user = 'page'): Promise<{ webstreamer: Page; page: Page }> {
  const webstreamer = await server.webstreamer(id);
  const page = await server.page(user, { extra: '{}' });
  expect(await page.ask('join-room', { sessionid: id })).toEqual([true]);
  page.say(id, REQUEST);
  expect(await webstreamer.nextMessage()).toEqual(REQUEST);
  webstreamer.say(user, { enableMedia: true });
  expect(await page.nextMessage()).toEqual({ enableMedia: true });
  expect(await webstreamer.next('user-connected')).toEqual([user]);
  return { webstreamer, page };
}

describe('a bridge', () => {
  it('carries what a page and a webstreamer say, and forgets them when they have gone', async () => {
    const server = await start();
    const { webstreamer, page } = await call(server);
    page.say('1', { readyForOffer: true });
    webstreamer.say('page', 'next-possible-initiator');
    webstreamer.say('page', { type: 'offer', sdp: 'v=0' });
    expect(await webstreamer.nextMessage()).toEqual({ readyForOffer: true });
    expect(await page.nextMessage()).toBe('next-possible-initiator');
    expect(await page.nextMessage()).toEqual({ type: 'offer', sdp: 'v=0' });
    expect(server.bridge.dump()).toEqual({ ...NOTHING, sockets: 2, users: 2, rooms: 1, links: 1 });
    page.socket.disconnect();
    expect(await webstreamer.next('user-disconnected')).toEqual(['page']);
    webstreamer.socket.disconnect();
    await server.books(NOTHING);
  });

  it('serves both generations of pages at the same id, one after the other', async () => {
    const server = await start();
    const { webstreamer, page } = await call(server);
    const legacy = await server.page('legacy');
    legacy.say('1', REQUEST, { password: false });
    expect(await legacy.next('room-full')).toEqual(['1']);
    page.say('1', { userLeft: true });
    expect(await webstreamer.nextMessage()).toEqual({ userLeft: true });
    legacy.say('1', REQUEST, { password: false });
    expect(await webstreamer.nextMessage()).toEqual(REQUEST);
    expect(await page.ask('join-room', { sessionid: '1' })).toEqual([false, 'Room full']);
  });

  it('delivers to a webstreamer what a legacy page asked before it came', async () => {
    const server = await start();
    const legacy = await server.page('legacy');
    legacy.say('1', REQUEST, { password: false });
    await server.books({ waiting: 1 });
    const webstreamer = await server.webstreamer('1');
    expect(await webstreamer.nextMessage()).toEqual(REQUEST);
    const late = await server.page('late');
    expect(await late.ask('join-room', { sessionid: '1' })).toEqual([false, 'Room full']);
  });

  it('serves its own client, and leaves other requests to the HTTP server', async () => {
    const { url } = await start();
    const client = await fetch(`${url}/socket.io/socket.io.js`);
    expect(client.status).toBe(200);
    expect(await client.text()).toContain('Socket.IO v4.8');
    expect((await fetch(`${url}/demos/`)).status).toBe(404);
  });

  it.each([3, 4])('shakes hands with clients of engine.io protocol %i', async (version) => {
    const { url } = await start();
    const response = await fetch(`${url}/socket.io/?EIO=${version}&transport=polling&userid=page`);
    expect(response.status).toBe(200);
    const packet = await response.text();
    expect(packet).toMatch(version === 3 ? /^\d+:0\{"sid":/ : /^0\{"sid":/);
  });

  it('speaks engine.io protocol 3 to a client of that age: it joins and is answered', async () => {
    const server = await start();
    const webstreamer = await server.webstreamer('1');
    const url = `${server.url}/socket.io/?EIO=3&transport=polling&userid=old&msgEvent=video-conference-demo`;
    const sid = /"sid":"([^"]+)"/.exec(await (await fetch(url)).text())?.[1];
    expect(sid).toBeDefined();
    const packet = `42["video-conference-demo",${JSON.stringify({ remoteUserId: '1', message: REQUEST, sender: 'old' })}]`;
    await fetch(`${url}&sid=${sid}`, { method: 'POST', body: `${packet.length}:${packet}` });
    expect(await webstreamer.nextMessage()).toEqual(REQUEST);
    webstreamer.say('old', { enableMedia: true });
    let received = '';
    while (!received.includes('enableMedia')) received += await (await fetch(`${url}&sid=${sid}`)).text();
    expect(received).toContain('user-connected');
  });

  it('gives a user that names no id one of its own', async () => {
    const server = await start();
    const page = new Page(server.url, null);
    await page.connected();
    expect((await page.ask('check-presence', '1')).slice(0, 2)).toEqual([false, '1']);
    expect(server.bridge.dump().users).toBe(1);
    page.socket.disconnect();
  });
});

describe('a socket that breaks', () => {
  it('comes back, and nobody has heard of it; what was said meanwhile arrives', async () => {
    const server = await start();
    const { webstreamer, page } = await call(server);
    page.socket.io.reconnection(false);
    await page.breakOff();
    await server.books({ sockets: 1, timers: 1 });
    webstreamer.say('page', { type: 'offer' });
    await webstreamer.ask('check-presence', '1');
    page.socket.connect();
    expect(await page.nextMessage()).toEqual({ type: 'offer' });
    page.say('1', { type: 'answer' });
    expect(await webstreamer.nextMessage()).toEqual({ type: 'answer' });
    expect(webstreamer.unheard).toEqual([]);
    expect(server.bridge.dump()).toEqual({ ...NOTHING, sockets: 2, users: 2, rooms: 1, links: 1 });
  });

  it('does not block its seat', async () => {
    const server = await start();
    const { webstreamer, page } = await call(server);
    await page.die();
    await server.books({ sockets: 1 });
    const second = await server.page('second');
    expect(await second.ask('join-room', { sessionid: '1' })).toEqual([true]);
    second.say('1', REQUEST);
    expect(await webstreamer.next('user-disconnected')).toEqual(['page']);
    expect(await webstreamer.nextMessage()).toEqual(REQUEST);
  });

  it('is given up after the time of grace, and the books are clean', async () => {
    const server = await start({ graceMs: 30 });
    const { webstreamer, page } = await call(server);
    await page.die();
    expect(await webstreamer.next('user-disconnected')).toEqual(['page']);
    await webstreamer.die();
    await server.books(NOTHING);
  });

  it('without a word is found by its silence', async () => {
    const server = await start({ pingIntervalMs: 200, pingTimeoutMs: 200, graceMs: 10 });
    const webstreamer = await server.webstreamer('1');
    const url = `${server.url}/socket.io/?EIO=4&transport=polling&userid=page&msgEvent=video-conference-demo`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1)) as { sid: string };
    const send = (packet: string) => fetch(`${url}&sid=${sid}`, { method: 'POST', body: packet });
    await send('40');
    await send(
      `42["video-conference-demo",${JSON.stringify({ remoteUserId: '1', message: REQUEST, sender: 'page' })}]`,
    );
    expect(await webstreamer.nextMessage()).toEqual(REQUEST);
    webstreamer.say('page', { enableMedia: true });
    expect(await webstreamer.next('user-disconnected')).toEqual(['page']);
    await server.books({ sockets: 1, users: 1, timers: 0 });
  });

  it('of a webstreamer takes its room and calls with it', async () => {
    const server = await start({ graceMs: 30 });
    const { webstreamer, page } = await call(server);
    await webstreamer.die();
    expect(await page.next('user-disconnected')).toEqual(['1']);
    expect(page.unheard).toEqual([]);
    expect(await page.ask('join-room', { sessionid: '1' })).toEqual([false, 'Room not available']);
  });
});

describe('a second socket with an id that somebody has', () => {
  it('is told so and is not served', async () => {
    const server = await start();
    const { webstreamer, page } = await call(server);
    const second = await server.page('page');
    const [taken, fresh] = await second.next('userid-already-taken');
    expect(taken).toBe('page');
    expect(fresh).toMatch(/^[\w-]{10,}$/);
    second.say('1', { userLeft: true });
    const unanswered = second.socket.timeout(50).emitWithAck('check-presence', '1');
    await expect(unanswered).rejects.toThrow('timed out');
    page.say('1', { readyForOffer: true });
    expect(await webstreamer.nextMessage()).toEqual({ readyForOffer: true });
    second.socket.disconnect();
    await server.books({ sockets: 2, users: 2 });
  });
});

describe('a socket that cannot be served', () => {
  it.each([
    { userid: '<img src=x>' },
    { userid: 'a b' },
    { userid: '' },
    { msgEvent: 'disconnect' },
    { msgEvent: 'user-disconnected' },
    { socketCustomEvent: 'connect_error' },
  ])('is refused with a reason: %j', async (query) => {
    const server = await start();
    const page = new Page(server.url, 'page', query);
    await expect(page.connected()).rejects.toThrow(/^bad handshake: (userid|msgEvent|socketCustomEvent):/);
    page.socket.disconnect();
    expect(server.logged).toHaveLength(1);
    await server.books(NOTHING);
  });

  it('is refused when it comes from a page of another origin, if origins are named', async () => {
    const server = await start({ allowedOrigins: ['https://example.org'] });
    const knock = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers })).status;
    expect(await knock({})).toBe(200);
    expect(await knock({ origin: server.url })).toBe(200);
    expect(await knock({ origin: 'https://example.org' })).toBe(200);
    expect(await knock({ origin: 'https://evil.example' })).toBe(403);
    expect(await knock({ origin: 'null' })).toBe(403);
  });
});

describe('a hostile socket', () => {
  it('is cut off when an event is too large, and nobody else is', async () => {
    const server = await start({ limits: { eventBytes: 10_000 }, graceMs: 10 });
    const { webstreamer, page } = await call(server);
    const hostile = await server.page('hostile');
    hostile.socket.io.reconnection(false);
    const gone = new Promise((resolve) => hostile.socket.once('disconnect', resolve));
    hostile.say('1', { type: 'offer', sdp: 'x'.repeat(20_000) });
    await gone;
    page.say('1', { readyForOffer: true });
    expect(await webstreamer.nextMessage()).toEqual({ readyForOffer: true });
    await server.books({ sockets: 2, users: 2 });
  });

  it('breaks nothing by events that nobody would send', async () => {
    const server = await start();
    const { webstreamer, page } = await call(server);
    let deep: unknown = 'x';
    for (let i = 0; i < 3000; i++) deep = [deep];
    const values = [
      undefined,
      null,
      0,
      true,
      '',
      'x',
      [],
      {},
      deep,
      { remoteUserId: '1', sender: 'page', message: deep },
    ];
    const events = [
      'open-room',
      'join-room',
      'set-password',
      'changed-uuid',
      'video-conference-demo',
      'toString',
      '__proto__',
    ];
    for (const event of events) for (const value of values) page.socket.emit(event, value, 'no function');
    await page.ask('changed-uuid', 'page');
    // As text, because no parser that is recursive would send it.
    const bottomless = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const envelope = `{"remoteUserId":"1","sender":"page","message":${bottomless}}`;
    page.socket.io.engine.write(`2["video-conference-demo",${envelope}]`);
    await page.ask('check-presence', '1');
    page.say('1', 'the end');
    while ((await webstreamer.nextMessage()) !== 'the end');
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect(server.logged.map(({ message }) => message)).toContain('an event could not be sent');
    expect(server.bridge.dump()).toMatchObject({ sockets: 2, users: 2, rooms: 1 });
  });
});

describe('close', () => {
  it('cuts every socket, forgets everything, and lets the HTTP server end; twice is once', async () => {
    const server = await start();
    const { webstreamer, page } = await call(server);
    const reasons = [webstreamer, page].map(
      ({ socket }) => new Promise<string>((resolve) => socket.once('disconnect', resolve)),
    );
    const closed = server.bridge.close();
    expect(server.bridge.close()).toBe(closed);
    await closed;
    expect(await Promise.all(reasons)).toEqual(['transport close', 'transport close']);
    expect(server.bridge.dump()).toEqual(NOTHING);
    server.http.close();
    await once(server.http, 'close');
  });

  it('takes nobody in afterwards', async () => {
    const server = await start();
    await server.bridge.close();
    expect((await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&userid=page`)).status).toBe(403);
    expect(server.bridge.dump()).toEqual(NOTHING);
  });

  it('ends no call: the clients come back to the next bridge by themselves, and can go on talking', async () => {
    const first = await start();
    const { webstreamer, page } = await call(first);
    const again = [webstreamer, page].map(
      ({ socket }) => new Promise<void>((resolve) => socket.once('connect', resolve)),
    );
    await first.bridge.close();
    first.http.close();
    await once(first.http, 'close');
    const second = await start({}, first.port);
    await Promise.all(again);
    expect([...page.unheard, ...webstreamer.unheard]).toEqual([]);
    await webstreamer.ask('open-room', { sessionid: '1' });
    webstreamer.say('page', { type: 'offer' });
    expect(await page.nextMessage()).toEqual({ type: 'offer' });
    expect(second.bridge.dump()).toMatchObject({ users: 2, rooms: 1, links: 1 });
    const other = await second.page('other');
    expect(await other.ask('join-room', { sessionid: '1' })).toEqual([false, 'Room full']);
  });
});
