import { beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/common/logger.ts';
import { RoomChat } from '../../../src/server/room/room-chat.ts';
import { FakeMember } from './fake-member.ts';

let members: Map<string, FakeMember>;
let log: { fields: Record<string, unknown>; message: string }[];
let historyLength: number;
let nowMs: number;
let chat: RoomChat;

beforeEach(() => {
  members = new Map();
  log = [];
  historyLength = 0;
  nowMs = Date.UTC(2026, 0, 1);
  const note = (fields: Record<string, unknown>, message: string) => void log.push({ fields, message });
  const logger: Logger = { debug: () => undefined, info: note, warn: note, error: note, child: () => logger };
  chat = new RoomChat({
    member: (id) => members.get(id),
    historyLength: () => historyLength,
    logger,
    now: () => nowMs,
  });
});

/** Somebody who sits down, with a channel. */
function arrive(id: string, { channel = true } = {}): FakeMember {
  const member = new FakeMember(id);
  members.set(id, member);
  chat.arrived(id);
  if (channel) chat.opened(id, false);
  return member;
}

let uuid = 0;
function say(id: string, message: string, more: object = { last: true, isobject: false }): void {
  chat.heard(id, JSON.stringify({ type: 'text', uuid: `u${uuid++}`, packets: 0, message, ...more }));
}

/** What a member's page has got, once all that is under way has arrived. */
async function heardBy(member: FakeMember): Promise<string[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return member.texts.flat().map((frame) => (JSON.parse(frame) as { message: string }).message);
}

const listed = () => chat.list({ limit: 200 }).map(({ data }) => data);

describe('what somebody says', () => {
  it('reaches everybody else, the API and those who listen', async () => {
    const told: unknown[] = [];
    chat.events.on('message', (message) => told.push(message));
    const [anna, ben, chris] = [arrive('1'), arrive('2'), arrive('3')];
    say('1', '{"x":1}', { last: true, isobject: true });
    expect([await heardBy(anna), await heardBy(ben), await heardBy(chris)]).toEqual([[], ['{"x":1}'], ['{"x":1}']]);
    const message = { id: 1, at: '2026-01-01T00:00:00.000Z', from: '1', name: anna.name, to: null, data: { x: 1 } };
    expect(chat.list({ limit: 5 })).toEqual([message]);
    expect(told).toEqual([message]);
  });

  it('is refused when it is nonsense, and nothing else is disturbed', async () => {
    const [, ben] = [arrive('1'), arrive('2')];
    chat.heard('1', 'nonsense');
    say('1', '{', { last: true, isobject: true });
    say('1', 'hello');
    expect(await heardBy(ben)).toEqual(['hello']);
    expect(log.map(({ fields }) => fields.code)).toEqual(['bad-message', 'bad-message']);
  });

  it('is limited in number, and the log says so only now and then', async () => {
    const [, ben] = [arrive('1'), arrive('2')];
    for (let count = 0; count < 1_000; count++) say('1', String(count));
    expect(await heardBy(ben)).toHaveLength(200);
    expect(log.map(({ fields }) => fields.code)).toEqual(Array<string>(3).fill('too-many-messages'));
    nowMs += 1_000;
    for (let count = 0; count < 1_000; count++) say('1', String(count));
    expect(await heardBy(ben)).toHaveLength(260);
  });

  it('is limited in length, also over several texts', () => {
    arrive('1');
    for (let count = 0; count < 12; count++) say('1', 'x'.repeat(250_000));
    expect(listed()).toHaveLength(7);
  });

  it('is nothing when they have no seat', () => {
    arrive('1');
    chat.left('1');
    say('1', 'hello');
    expect(listed()).toEqual([]);
  });
});

describe('somebody who comes in', () => {
  it('is sent nothing of what was said before, by default', async () => {
    arrive('1');
    say('1', 'before');
    const ben = arrive('2');
    say('1', 'after');
    expect(await heardBy(ben)).toEqual(['after']);
  });

  it('is sent the latest messages for everybody, as many as the room gives', async () => {
    historyLength = 2;
    arrive('1');
    for (const text of ['one', 'two', 'three']) say('1', text);
    await chat.post({ data: 'for Anna', to: '1' });
    expect(await heardBy(arrive('2'))).toEqual(['two', 'three']);
    historyLength = 100;
    expect(await heardBy(arrive('3'))).toEqual(['one', 'two', 'three']);
  });

  it('is sent what was said until the channel is open, and again what went through a channel that nobody listened to', async () => {
    arrive('1');
    say('1', 'before');
    const ben = arrive('2', { channel: false });
    say('1', 'one');
    expect(await heardBy(ben)).toEqual([]);
    chat.opened('2', false);
    say('1', 'two');
    expect(await heardBy(ben)).toEqual(['one', 'two']);
    chat.opened('2', true);
    expect((await heardBy(ben)).slice(2)).toEqual(['one', 'two']);
  });

  it('is sent after a repaired call what was said meanwhile, and nothing twice', async () => {
    historyLength = 10;
    arrive('1');
    say('1', 'one');
    const ben = arrive('2');
    expect(await heardBy(ben)).toEqual(['one']);
    ben.sending = () => Promise.reject(new Error('the endpoint is closed'));
    say('1', 'two');
    expect(await heardBy(ben)).toEqual(['one']);
    say('1', 'three');
    ben.sending = () => Promise.resolve(true);
    chat.opened('2', false);
    expect(await heardBy(ben)).toEqual(['one', 'two', 'three']);
    chat.opened('2', false);
    expect(await heardBy(ben)).toEqual(['one', 'two', 'three']);
  });
});

describe('somebody who reads slowly', () => {
  it('holds nobody back, and is sent many messages at once', async () => {
    const [, ben, chris] = [arrive('1'), arrive('2'), arrive('3')];
    let arrived: (sent: boolean) => void = () => undefined;
    ben.sending = () =>
      new Promise((resolve) => {
        arrived = resolve;
      });
    for (let count = 0; count < 40; count++) say('1', String(count));
    expect(await heardBy(chris)).toHaveLength(40);
    ben.sending = () => Promise.resolve(true);
    arrived(true);
    expect(await heardBy(ben)).toHaveLength(40);
    expect(ben.texts.map((frames) => frames.length)).toEqual([1, 39]);
  });

  it('misses what cannot be sent, which the log says once', async () => {
    const [, ben] = [arrive('1'), arrive('2')];
    ben.sending = () => Promise.resolve(false);
    for (const text of ['one', 'two', 'three']) {
      say('1', text);
      await heardBy(ben);
    }
    ben.sending = () => Promise.resolve(true);
    say('1', 'four');
    expect(await heardBy(ben)).toEqual(['four']);
    expect(log.map(({ message }) => message)).toEqual(['a page does not read what is said']);
  });
});

describe('the API', () => {
  it('speaks to everybody, or to one', async () => {
    const [anna, ben] = [arrive('1'), arrive('2')];
    expect(await chat.post({ data: { a: 1 }, to: null })).toMatchObject({
      id: 1,
      from: null,
      name: null,
      data: { a: 1 },
    });
    await chat.post({ data: 'psst', to: '2' });
    expect([await heardBy(anna), await heardBy(ben)]).toEqual([['{"a":1}'], ['{"a":1}', 'psst']]);
    expect(listed()).toEqual([{ a: 1 }, 'psst']);
  });

  it('is told when somebody cannot be reached, and the message is not kept', async () => {
    arrive('1', { channel: false });
    arrive('2').sending = () => Promise.resolve(false);
    for (const to of ['1', '2', '3'])
      await expect(chat.post({ data: 'psst', to })).rejects.toMatchObject({ code: 'not-delivered' });
    expect(listed()).toEqual([]);
  });

  it('reads page by page, and of what is kept: the latest 500', () => {
    arrive('1');
    for (let count = 1; count <= 600; count++) {
      nowMs += 1_000;
      say('1', String(count));
    }
    expect(chat.list({ limit: 2 }).map(({ id }) => id)).toEqual([599, 600]);
    expect(chat.list({ after: 0, limit: 2 }).map(({ id }) => id)).toEqual([101, 102]);
    expect(chat.list({ after: 598, limit: 200 }).map(({ id }) => id)).toEqual([599, 600]);
    expect(chat.list({ after: 600, limit: 200 })).toEqual([]);
  });

  it('reads at most two million characters, and those who listen are not told long texts', () => {
    const told: { id: number; data?: unknown }[] = [];
    chat.events.on('message', (message) => told.push(message));
    arrive('1');
    for (let count = 0; count < 4; count++) {
      nowMs += 10_000;
      say('1', 'x'.repeat(250_000), {});
      say('1', 'y'.repeat(262_000));
    }
    for (let count = 0; count < 8; count++) {
      nowMs += 10_000;
      say('1', 'z'.repeat(262_000));
    }
    expect(listed()).toHaveLength(7);
    expect(told.every((message) => !('data' in message))).toBe(true);
  });
});
