import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { BridgeLimits } from '../../../src/protocol/config.ts';
import { Limits } from '../../../src/server/bridge/limits.ts';
import { Bucket } from '../../../src/common/rate.ts';
import { BridgeServer, NOTHING, Page } from './bridge-server.ts';
import { REQUEST } from './stage.ts';

describe('a bucket', () => {
  it('lets through what came in at the average rate, and at most one burst more, however it comes', () => {
    const steps = fc.array(fc.record({ afterMs: fc.nat(500), amount: fc.integer({ min: 1, max: 20 }) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 20, max: 200 }),
        (all, perSecond, burst) => {
          const bucket = new Bucket({ perSecond, burst }, 0);
          let [nowMs, taken] = [0, 0];
          for (const { afterMs, amount } of all) {
            nowMs += afterMs;
            if (bucket.take(amount, nowMs)) taken += amount;
            expect(taken).toBeLessThanOrEqual(burst + (nowMs * perSecond) / 1000 + 1e-6);
          }
        },
      ),
    );
  });

  it('lets everything through that stays below the rate', () => {
    const bucket = new Bucket({ perSecond: 10, burst: 5 }, 0);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) expect(bucket.take(1, nowMs)).toBe(true);
  });
});

describe('the limits', () => {
  const limits = BridgeLimits.parse({
    sockets: 3,
    socketsPerAddress: 2,
    eventsPerSecond: 2,
    eventsPerSecondPerAddress: 3,
  });

  it('count sockets by address, and forget those that ended, once', () => {
    const books = new Limits(limits, () => 0);
    const [first] = [books.connect('a'), books.connect('a')];
    expect(books.mayConnect('a')).toBe(false);
    expect(books.mayConnect('b')).toBe(true);
    books.connect('b');
    expect(books.mayConnect('c')).toBe(false);
    first.end();
    first.end();
    expect(books.sockets).toBe(2);
    expect(books.mayConnect('a')).toBe(true);
  });

  it('count events of a socket, of an address, and bytes', () => {
    const books = new Limits(limits, () => 0);
    const [one, two] = [books.connect('a'), books.connect('a')];
    const taken = (socket: typeof one) => Array.from({ length: 20 }, () => socket.take(1)).filter((no) => no === null);
    expect(taken(one)).toHaveLength(10); // five seconds' worth at once
    expect(taken(two)).toHaveLength(5); // what is left of the address' fifteen
    expect(books.connect('b').take(limits.bytesPerSecond * 5 + 1)).toBe('too-fast');
  });
});

const open: BridgeServer[] = [];
const start = async (options: Parameters<typeof BridgeServer.start>[0]): Promise<BridgeServer> => {
  const server = await BridgeServer.start({ graceMs: 10, ...options });
  open.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
const gone = (page: Page) => once(page.socket as unknown as NodeJS.EventEmitter, 'disconnect');

/** Two who talk, as a witness that somebody else's doings do not reach them. */
async function talk(server: BridgeServer): Promise<{ check: () => Promise<void> }> {
  const webstreamer = await server.webstreamer('1');
  const page = await server.page('page');
  await page.ask('join-room', { sessionid: '1' });
  page.say('1', REQUEST);
  await webstreamer.nextMessage();
  return {
    check: async () => {
      page.say('1', { readyForOffer: true });
      expect(await webstreamer.nextMessage()).toEqual({ readyForOffer: true });
    },
  };
}

describe('a socket', () => {
  it('that sends events faster than it may is cut, and nobody else is', async () => {
    const server = await start({ limits: { eventsPerSecond: 20 } });
    const { check } = await talk(server);
    const hostile = await server.page('hostile');
    hostile.socket.io.reconnection(false);
    const end = gone(hostile);
    for (let i = 0; i < 200; i++) hostile.socket.emit('check-presence', '1');
    await end;
    await check();
    expect(server.logged.map(({ fields }) => fields.reason)).toContain('too-fast');
    await server.books({ sockets: 2, users: 2, timers: 0 });
  });

  it('that sends more bytes than it may is cut', async () => {
    const server = await start({ limits: { bytesPerSecond: 10_000, eventBytes: 100_000 } });
    const { check } = await talk(server);
    const hostile = await server.page('hostile');
    hostile.socket.io.reconnection(false);
    const end = gone(hostile);
    for (let i = 0; i < 8; i++) hostile.socket.emit('extra-data-updated', { text: 'x'.repeat(9000) });
    await end;
    await check();
  });

  it('that sends 100 MB at once is cut before it is read', async () => {
    const server = await start({});
    const { check } = await talk(server);
    const hostile = await server.page('hostile');
    hostile.socket.io.reconnection(false);
    const end = gone(hostile);
    const before = process.memoryUsage().arrayBuffers;
    hostile.socket.emit('extra-data-updated', { text: 'x'.repeat(100_000_000) });
    await end;
    await check();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(250_000_000); // the sender's own is in it
  });

  it('that is one too many is refused, until another has gone', async () => {
    const server = await start({ limits: { socketsPerAddress: 2 } });
    const [first] = [await server.page('a'), await server.page('b')];
    const third = new Page(server.url, 'c');
    await expect(third.connected()).rejects.toThrow();
    third.socket.disconnect();
    first.socket.disconnect();
    await server.books({ sockets: 1 });
    await server.page('d');
  });

  it('counts by the address that a trusted proxy says, and by no other', async () => {
    const server = await start({ limits: { socketsPerAddress: 1 }, trustedProxies: ['127.0.0.1'] });
    const knock = async (forwarded: string) =>
      (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: { 'x-forwarded-for': forwarded } }))
        .status;
    expect(await knock('192.0.2.1')).toBe(200);
    expect(await knock('192.0.2.1')).toBe(403);
    expect(await knock('192.0.2.9, 192.0.2.1')).toBe(403); // what the client itself claims does not count
    expect(await knock('192.0.2.2')).toBe(200);
    const plain = await start({ limits: { socketsPerAddress: 1 } });
    const asElsewhere = async (forwarded: string) =>
      (await fetch(`${plain.url}/socket.io/?EIO=4&transport=polling`, { headers: { 'x-forwarded-for': forwarded } }))
        .status;
    expect(await asElsewhere('192.0.2.1')).toBe(200);
    expect(await asElsewhere('192.0.2.2')).toBe(403);
  });
});

describe('ten thousand sockets that are left half open', () => {
  it(
    'are no more than the limit, cost the others nothing, and are gone when they do not answer',
    { timeout: 120_000 },
    async () => {
      const server = await start({
        limits: { socketsPerAddress: 10_002 },
        pingIntervalMs: 3000,
        pingTimeoutMs: 3000,
      });
      const { check } = await talk(server);
      // The first half says what it wants and is never heard of again; the second does not even say that.
      const statuses = new Map<number, number>();
      const shakeHands = async () => {
        const response = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&userid=u${Math.random()}`);
        await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      };
      for (let i = 0; i < 100; i++) await Promise.all(Array.from({ length: 50 }, shakeHands));
      expect(statuses.get(200)).toBe(5000);
      await check();
      const silent = Array.from({ length: 5000 }, () => connect(server.port, '127.0.0.1').on('error', () => undefined));
      await Promise.all(silent.map((socket) => once(socket, 'connect').catch(() => undefined)));
      await check();
      expect(server.bridge.dump().users).toBe(2);
      for (const socket of silent) socket.destroy();
      await server.books({ ...NOTHING, sockets: 2, users: 2, rooms: 1, links: 1 });
      await check();
    },
  );
});
