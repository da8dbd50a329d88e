import type { DataChannel } from 'node-datachannel';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Endpoint, MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { BarePage } from './support/bare-page.ts';
import { startEngine } from './support/engine.ts';

let engine: MediaEngine;
let room: MediaRoom;
beforeAll(async () => {
  engine = await startEngine();
  room = await engine.createRoom('data');
});
afterAll(() => engine.close());

/** What arrives at one side, in its order, and a way to wait for it. */
class Received<T> {
  readonly all: T[] = [];
  #woken: () => void = () => undefined;

  readonly take = (value: T): void => {
    this.all.push(value);
    this.#woken();
  };

  async count(count: number): Promise<T[]> {
    while (this.all.length < count) {
      await new Promise<void>((resolve) => {
        this.#woken = resolve;
      });
    }
    return this.all;
  }
}

interface Joined {
  endpoint: Endpoint;
  page: BarePage;
  texts: Received<string>;
  channels: Received<boolean>;
}

async function joined(): Promise<Joined> {
  const endpoint = await room.createEndpoint();
  const texts = new Received<string>();
  const channels = new Received<boolean>();
  endpoint.events.on('text', texts.take);
  endpoint.events.on('channel', channels.take);
  const { page } = await BarePage.join(endpoint);
  onTestFinished(async () => {
    page.close();
    await endpoint.close();
  });
  return { endpoint, page, texts, channels };
}

function received(channel: DataChannel): Received<string | Buffer | ArrayBuffer> {
  const messages = new Received<string | Buffer | ArrayBuffer>();
  channel.onMessage(messages.take);
  return messages;
}

describe('an endpoint', () => {
  test('has a data channel from its first offer on, with texts both ways', async () => {
    const { endpoint, page, texts, channels } = await joined();
    const channel = await page.serverChannel();
    expect(channel.getLabel()).toBe('sctp');
    const messages = received(channel);
    expect(await channels.count(1)).toEqual([false]);

    expect(await endpoint.sendTexts(['one', 'zwei', '三'])).toBe(true);
    expect(await messages.count(3)).toEqual(['one', 'zwei', '三']);
    channel.sendMessage('hello');
    const long = [40_000, 21_840, 60_000].map((length) => '语}'.repeat(length));
    for (const text of long) channel.sendMessage(text);
    expect((await texts.count(4)).every((text, index) => text === ['hello', ...long][index])).toBe(true);
  });

  test('sends through the channel that the page opens, and says whether the page has listened to the one before', async () => {
    const { endpoint, page, texts, channels } = await joined();
    await page.serverChannel();
    await channels.count(1);
    const own = await page.openChannel();
    const messages = received(own);
    expect(await channels.count(2)).toEqual([false, true]);
    expect(await endpoint.sendTexts(['through yours'])).toBe(true);
    expect(await messages.count(1)).toEqual(['through yours']);
    own.sendMessage('thanks');
    expect(await texts.count(1)).toEqual(['thanks']);

    await page.openChannel();
    expect(await channels.count(3)).toEqual([false, true, false]);
  });

  test('sends through its own channel again when the page closes the one that it has opened', async () => {
    const { endpoint, page, channels } = await joined();
    const messages = received(await page.serverChannel());
    await channels.count(1);
    const own = await page.openChannel();
    expect(await channels.count(2)).toEqual([false, true]);
    own.close();
    while (messages.all.length === 0) await endpoint.sendTexts(['through ours']);
    expect(messages.all[0]).toBe('through ours');
    await page.openChannel();
    expect(await channels.count(3)).toEqual([false, true, false]);
  });

  test('sends nothing while there is no channel, and says so', async () => {
    const endpoint = await room.createEndpoint();
    onTestFinished(() => endpoint.close());
    expect(await endpoint.sendTexts(['too early'])).toBe(false);
  });

  test('fails when its page opens more channels than any page needs', async () => {
    const { endpoint, page } = await joined();
    const failed = new Received<true>();
    endpoint.events.on('failed', () => {
      failed.take(true);
    });
    await page.serverChannel();
    for (let count = 0; count < 7; count++) await page.openChannel();
    expect(failed.all).toEqual([]);
    // This one is never opened.
    void page.openChannel();
    await failed.count(1);
  });

  test('takes from a page that floods it no more than it may send, and the rest later', async () => {
    const { endpoint, page, texts } = await joined();
    const calm = await joined();
    const channel = await page.serverChannel();
    const messages = received(await calm.page.serverChannel());
    const start = performance.now();
    const flood = Array.from({ length: 700 }, (_, count) => `message ${count}`);
    for (const text of flood) channel.sendMessage(text);
    await calm.channels.count(1);
    expect(await calm.endpoint.sendTexts(['undisturbed'])).toBe(true);
    expect(await messages.count(1)).toEqual(['undisturbed']);
    expect(texts.all.length).toBeLessThan(flood.length);
    // 400 may come at once, and 200 a second after that.
    expect(await texts.count(flood.length)).toEqual(flood);
    expect(performance.now() - start).toBeGreaterThan(1_400);
    expect(await endpoint.sendTexts(['still there'])).toBe(true);
  });

  test('sends nothing more to a page that does not read, and ends all the same', async () => {
    const { endpoint, page, channels } = await joined();
    await channels.count(1);
    page.loses = () => true;
    const text = 'x'.repeat(60_000);
    let sent = 0;
    while (await endpoint.sendTexts([text])) sent++;
    // What waits in the channel, beside what usrsctp holds: both are a megabyte.
    expect(sent).toBeGreaterThan(10);
    expect(sent).toBeLessThan(50);
    const start = performance.now();
    await endpoint.close();
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
