import { afterEach, describe, expect, it } from 'vitest';
import { io } from 'socket.io-client';
import { BridgeServer } from './bridge-server.ts';
import { REQUEST } from './stage.ts';

const open: BridgeServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A webstreamer and a page in its seat. */
async function call() {
  const server = await BridgeServer.start();
  open.push(server);
  const webstreamer = await server.webstreamer('1');
  const page = await server.page('page');
  await page.ask('join-room', { sessionid: '1' });
  page.say('1', REQUEST);
  await webstreamer.nextMessage();
  webstreamer.say('page', { enableMedia: true });
  await page.nextMessage();
  return { server, webstreamer, page };
}

describe('the id of a page', () => {
  it('is given back to its own client at once, also while the old socket still seems to live', async () => {
    const { server, webstreamer, page } = await call();
    // The network swallows everything from now on: neither side hears of an end.
    const engine = page.socket.io.engine as unknown as { transport: { ws: { removeAllListeners(): void } } };
    engine.transport.ws.removeAllListeners();
    page.socket.io.engine.close();
    page.socket.connect();
    const back = new Promise<void>((resolve) => page.socket.once('connect', resolve));
    await back;
    page.say('1', { type: 'answer' });
    expect(await webstreamer.nextMessage()).toEqual({ type: 'answer' });
    expect(webstreamer.unheard).not.toContain('user-disconnected');
    await server.books({ users: 2, rooms: 1, links: 1 });
  });

  it.each([{}, { pid: '' }, { pid: 'a guess' }, { pid: 7 }, { pid: ['x'] }, { pid: { toString: 'x' } }])(
    'is nobody else’s while its socket is lost, whatever they say: %j',
    async (auth) => {
      const { server, page } = await call();
      page.socket.io.reconnection(false);
      await page.breakOff();
      await server.books({ timers: 1 });
      const thief = io(server.url, {
        forceNew: true,
        transports: ['websocket'],
        auth,
        query: { userid: 'page', msgEvent: 'video-conference-demo' },
      });
      const [taken] = await new Promise<unknown[]>((resolve) => {
        thief.once('userid-already-taken', (...args: unknown[]) => {
          resolve(args);
        });
      });
      expect(taken).toBe('page');
      thief.disconnect();
    },
  );

  it('cannot be had with the secret of another', async () => {
    const { server, page } = await call();
    page.socket.io.reconnection(false);
    await page.breakOff();
    const other = await server.page('other');
    // Its next socket comes with its own secret, under the id of the page.
    other.socket.io.opts.query = { userid: 'page', msgEvent: 'video-conference-demo' };
    other.socket.io.engine.close();
    expect((await other.next('userid-already-taken'))[0]).toBe('page');
  });

  it('is told in confidence: no other event has an argument more', async () => {
    const { page, webstreamer } = await call();
    webstreamer.socket.emit('extra-data-updated', { n: 1 });
    expect(await page.next('extra-data-updated')).toEqual(['1', { n: 1 }]);
  });
});

it('a client of before socket.io 3 is told nothing, and served', async () => {
  const server = await BridgeServer.start();
  open.push(server);
  const url = `${server.url}/socket.io/?EIO=3&transport=polling&userid=old&msgEvent=video-conference-demo`;
  const greeting = await (await fetch(url)).text();
  const sid = /"sid":"([^"]+)"/.exec(greeting)?.[1];
  const packets = await (await fetch(`${url}&sid=${sid}`)).text();
  expect(greeting + packets).toContain('40');
  expect(greeting + packets).not.toContain('pid');
  await server.books({ sockets: 1, users: 1 });
});
