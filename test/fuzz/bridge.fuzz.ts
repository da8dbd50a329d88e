import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MESSAGE_EVENT } from '../../src/protocol/signalling/peer-message.ts';
import { BridgeServer, NOTHING, Page } from '../unit/bridge/bridge-server.ts';
import { type Deed, deed } from './hostile-events.ts';

/** `npm run fuzz -- bridge` says how many events, and of which seed; each test run repeats the kept seeds with a few. */
const EVENTS = Number(process.env.FUZZ_EVENTS ?? '3000');
const { bridge: KEPT } = JSON.parse(readFileSync(new URL('seeds.json', import.meta.url), 'utf8')) as {
  bridge: number[];
};
const SEEDS = process.env.FUZZ_SEED === undefined ? KEPT : [Number(process.env.FUZZ_SEED)];
const AT_ONCE = 1000;
const HOSTILE = 12;
const UNSERVED_MS = 200;

const LIMITS = { eventsPerSecond: 1_000_000, eventsPerSecondPerAddress: 1_000_000, bytesPerSecond: 100_000_000 };

/** Those who are the target: two in a room with a password. Whatever reaches them that they did not say to each other is kept. */
async function quietRoom(server: BridgeServer): Promise<{ check: () => Promise<void>; leave: () => void }> {
  const [anna, ben] = [await server.page('quiet-anna'), await server.page('quiet-ben')];
  await anna.ask('open-room', { sessionid: 'quiet-room', password: 'a password that nobody guesses', identifier: '' });
  await ben.ask('join-room', { sessionid: 'quiet-room', password: 'a password that nobody guesses' });
  ben.say('quiet-anna', { hello: true });
  await anna.nextMessage();
  await ben.next('user-connected');
  return {
    check: async () => {
      anna.say('quiet-ben', { still: 'here' });
      expect(await ben.nextMessage()).toEqual({ still: 'here' });
      expect([anna.unheard, ben.unheard]).toEqual([[], []]);
      const [there, , extra] = await ben.ask('check-presence', 'quiet-room');
      expect({ there, extra }).toMatchObject({ there: true, extra: { _room: { isPasswordProtected: true } } });
    },
    leave: () => {
      anna.socket.disconnect();
      ben.socket.disconnect();
    },
  };
}

/** A hostile client; it connects anew whenever it is not connected. */
class Hostile {
  readonly #server: BridgeServer;
  readonly #id: string;
  readonly problems: string[] = [];
  #page: Page | null = null;
  #acks = 0;

  constructor(server: BridgeServer, id: string) {
    this.#server = server;
    this.#id = id;
  }

  async #connected(): Promise<Page> {
    if (this.#page?.socket.connected === true) return this.#page;
    this.#page?.socket.disconnect();
    const page = new Page(this.#server.url, this.#id, { enableScalableBroadcast: 'true', maxRelayLimitPerUser: '1' });
    page.socket.io.reconnection(false);
    page.socket.on(DEFAULT_MESSAGE_EVENT, (envelope: { sender?: unknown } | null) => {
      if (String(envelope?.sender).startsWith('quiet'))
        this.problems.push(`${this.#id} heard ${JSON.stringify(envelope)}`);
    });
    this.#page = page;
    await page.connected();
    return page;
  }

  async do(what: Deed): Promise<void> {
    const page = await this.#connected();
    if (what.kind === 'break') page.socket.io.engine.close();
    else if (what.kind === 'leave') page.socket.disconnect();
    else if (what.kind === 'raw') page.socket.io.engine.write(what.packet);
    else if (what.kind === 'say') page.socket.emit(DEFAULT_MESSAGE_EVENT, { sender: this.#id, ...what.envelope });
    else if (what.ack === 'none') page.socket.emit(what.event, ...what.args);
    else page.socket.emit(what.event, ...what.args, () => (this.#acks += 1));
  }

  /** Resolves when the server has had everything; a socket that is not served, as it lied about its end, is ended. */
  async settled(): Promise<void> {
    const socket = this.#page?.socket;
    if (socket?.connected !== true) return;
    const ended = new Promise((resolve) => socket.once('disconnect', resolve));
    const answered = socket.timeout(UNSERVED_MS).emitWithAck('check-presence', 'nobody');
    await Promise.race([answered, ended]).catch(() => socket.disconnect());
  }

  leave(): void {
    this.#page?.socket.disconnect();
  }
}

/** Values that JavaScript can hold and socket.io cannot send are no attack: the sender would fail, not the server. */
function sendable(one: Deed): boolean {
  try {
    return JSON.stringify(one) !== '';
  } catch {
    return false;
  }
}

describe('the bridge', () => {
  it.each(SEEDS)(`stands ${EVENTS} hostile events of seed %i`, { timeout: 600_000 }, async (seed) => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => void rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    const server = await BridgeServer.start({ graceMs: 20, limits: LIMITS });
    try {
      const quiet = await quietRoom(server);
      const hostile = Array.from({ length: HOSTILE }, (_, index) => new Hostile(server, `h${index}`));
      for (let done = 0, batch = 0; done < EVENTS; batch++) {
        const deeds = fc
          .sample(deed, { numRuns: Math.min(AT_ONCE, EVENTS - done), seed: seed + batch })
          .filter(sendable);
        for (const one of deeds) await hostile[one.who]!.do(one);
        await Promise.all(hostile.map((one) => one.settled()));
        await quiet.check();
        expect(hostile.flatMap(({ problems }) => problems)).toEqual([]);
        expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
        server.logged.length = 0;
        done += deeds.length;
      }
      for (const one of hostile) one.leave();
      quiet.leave();
      await server.books(NOTHING);
      expect(rejections).toEqual([]);
    } finally {
      process.off('unhandledRejection', onRejection);
      await server.close();
    }
  });
});
