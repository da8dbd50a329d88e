import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BridgeServer, NOTHING, type Page } from './bridge-server.ts';
import { REQUEST } from './stage.ts';

const QUERY = 'transport=polling&userid=hostile&msgEvent=video-conference-demo';

/** A client of long polling that sends whatever it likes, below the level of events. */
async function handshake(
  url: string,
  version: 3 | 4,
): Promise<(body: string | Uint8Array<ArrayBuffer>) => Promise<void>> {
  const address = `${url}/socket.io/?EIO=${version}&${QUERY}`;
  const sid = /"sid":"([^"]+)"/.exec(await (await fetch(address)).text())?.[1];
  return async (body) => {
    // A server may answer no, or cut the line in the middle.
    await fetch(`${address}&sid=${sid}`, { method: 'POST', body }).catch(() => undefined);
  };
}

const packets = [
  '4',
  '4nonsense',
  '49',
  '42',
  '42["disconnect"]',
  '42["error",{}]',
  '42[5,{}]',
  '42[null]',
  '42{"a":1}',
  '42["video-conference-demo"',
  '4299999999999999999["check-presence","1"]',
  '43["nobody asked"]',
  '43999[]',
  '44{"message":"no"}',
  '451-["video-conference-demo",{"_placeholder":true,"num":7}]',
  '45999999999-["video-conference-demo",{}]',
  '40/admin,',
  '40{"token":1}',
  '41',
  'bAAAA',
  '3',
  '2probe',
  '5',
  '1',
  '6',
  '\u0000',
];

describe('what is no event at all', () => {
  let server: BridgeServer;
  let webstreamer: Page;
  let page: Page;
  beforeAll(async () => {
    server = await BridgeServer.start({ graceMs: 1 });
    webstreamer = await server.webstreamer('1');
    page = await server.page('page');
    await page.ask('join-room', { sessionid: '1' });
    page.say('1', REQUEST);
    await webstreamer.nextMessage();
    webstreamer.say('page', { enableMedia: true });
    await page.nextMessage();
  });
  // Whatever was sent: the others talk, and the bridge had no error of its own.
  afterEach(async () => {
    webstreamer.say('page', { still: 'there' });
    expect(await page.nextMessage()).toEqual({ still: 'there' });
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
  afterAll(async () => {
    await server.close();
    expect(server.bridge.dump()).toEqual(NOTHING);
  });

  it.each(packets)('harms nobody but its sender: %j', async (packet) => {
    for (const first of ['40', '40\u001e40', '']) {
      const send = await handshake(server.url, 4);
      await send(first === '' ? packet : `${first}\u001e${packet}`);
      await send(`${packet}\u001e${packet}`);
      await send('1');
    }
    await server.books({ sockets: 2, users: 2, rooms: 1, links: 1, timers: 0 });
  });

  it.each(packets)('harms nobody in the old framing either: %j', async (packet) => {
    const send = await handshake(server.url, 3);
    await send(`${packet.length}:${packet}`);
    await send('1:1');
    await server.books({ sockets: 2, users: 2, rooms: 1, links: 1, timers: 0 });
  });

  it('harms nobody, whatever bytes it is', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => new Uint8Array(array));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(3 as const, 4 as const), bytes, fc.string(), async (version, body, text) => {
        const send = await handshake(server.url, version);
        await send(body);
        await send(`42${text}`);
        await send(version === 3 ? '1:1' : '1');
      }),
      { numRuns: 60, seed: 20261123 },
    );
    await server.books({ sockets: 2, users: 2, rooms: 1, links: 1, timers: 0 });
  });
});
