import { afterEach, describe, expect, it } from 'vitest';
import { BridgeServer, type Page } from './bridge-server.ts';
import { REQUEST } from './stage.ts';

const open: BridgeServer[] = [];

async function start(options: Parameters<typeof BridgeServer.start>[0] = {}): Promise<BridgeServer> {
  const server = await BridgeServer.start(options);
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A client that polls by hand, so that it can stop to; it sits in the connection `1`. */
async function seatedByHand({ url }: BridgeServer, webstreamer: Page): Promise<{ address: string }> {
  const handshake = `${url}/socket.io/?EIO=4&transport=polling&userid=deaf&msgEvent=video-conference-demo`;
  const { sid } = JSON.parse((await (await fetch(handshake)).text()).slice(1)) as { sid: string };
  const address = `${handshake}&sid=${sid}`;
  const request = JSON.stringify({ remoteUserId: '1', message: REQUEST, sender: 'deaf' });
  for (const packet of ['40', `42["video-conference-demo",${request}]`])
    expect((await fetch(address, { method: 'POST', body: packet })).status).toBe(200);
  expect(await webstreamer.nextMessage()).toEqual(REQUEST);
  return { address };
}

const chunk = 'x'.repeat(900_000);

describe('what waits to be sent', () => {
  it('does not grow without bound: a client that takes nothing is cut, though it answers every ping', async () => {
    const server = await start({ pingIntervalMs: 60_000, pingTimeoutMs: 60_000, graceMs: 1 });
    const webstreamer = await server.webstreamer('1');
    const { address } = await seatedByHand(server, webstreamer);
    for (let i = 0; i < 5; i++) webstreamer.say('deaf', { sdp: chunk });
    expect(await webstreamer.next('user-disconnected')).toEqual(['deaf']);
    expect(server.logged).toMatchObject([{ message: 'a socket is cut', fields: { reason: 'too-slow', user: 'deaf' } }]);
    expect((await fetch(address)).status).toBe(400);
    await server.books({ sockets: 1, users: 1, timers: 0 });
  });

  it('is sent to a client that takes it, however much that is', async () => {
    const server = await start({ limits: { bytesPerSecond: 10_000_000 } });
    const webstreamer = await server.webstreamer('1');
    const page = await server.page('page');
    expect(await page.ask('join-room', { sessionid: '1' })).toEqual([true]);
    for (let i = 0; i < 10; i++) {
      webstreamer.say('page', { sdp: chunk });
      expect(await page.nextMessage()).toEqual({ sdp: chunk });
    }
    expect(server.logged).toEqual([]);
  });

  it('waits for a lost socket up to a million characters', async () => {
    const server = await start();
    const webstreamer = await server.webstreamer('1');
    const page = await server.page('page');
    expect(await page.ask('join-room', { sessionid: '1' })).toEqual([true]);
    page.socket.io.reconnection(false);
    await page.breakOff();
    await server.books({ sockets: 1 });
    for (const [i, sdp] of [chunk, chunk, 'short'].entries()) webstreamer.say('page', { i, sdp });
    await webstreamer.ask('check-presence', '1');
    page.socket.connect();
    expect(await page.nextMessage()).toEqual({ i: 0, sdp: chunk });
    expect(await page.nextMessage()).toEqual({ i: 2, sdp: 'short' });
    expect(server.logged.map(({ message }) => message)).toEqual([
      'too much waits for a lost socket: an event is dropped',
    ]);
  });
});
