import { describe, expect, it } from 'vitest';
import { GRID } from '../../../src/protocol/media-ipc/view.ts';
import type { Label } from '../../../src/server/room/member.ts';
import type { FakePage } from './fake-page.ts';
import { Stage, turns } from './stage.ts';

const camera = (endpoint: string) => ({ source: 'endpoint' as const, endpoint });
const label = (connection: string, change: Partial<Label> = {}): Label => ({
  connection,
  name: connection,
  muted: { audio: false, video: false },
  speaker: false,
  speaking: false,
  ...change,
});
const mute = (type: string, action = 'mute') => ({ streamSyncNeeded: true as const, streamid: 'own', action, type });
/** What the page was told of mutes and of whom its boxes show. */
const told = (page: FakePage) =>
  page.received.flatMap((message) => {
    if (typeof message === 'string') return [];
    if (message.boxes !== undefined) return [message.boxes];
    return message.action === 'mute' || message.action === 'unmute'
      ? [`${message.action} ${String(message.type)} of ${String(message.streamid)}`]
      : [];
  });

describe('the name of a connection', () => {
  it('is its id, the page’s name for its user, or the operator’s, whichever says more', async () => {
    const stage = await Stage.set();
    const { connection, link } = stage;
    await stage.connected();
    expect(connection.name).toBe('1');
    link.events.emit('extra', 'anna', { fullName: ' Anna Ångström ' });
    await turns();
    expect(connection.name).toBe('Anna Ångström');
    connection.change({ name: 'Speaker' });
    expect(connection.resource.name).toBe('Speaker');
    connection.change({ name: null });
    expect(connection.name).toBe('Anna Ångström');
  });

  it.each([{ fullName: '<b>' }, { fullName: 7 }, { fullName: ' ' }, { fullName: 'x'.repeat(65) }, {}, 'text', null])(
    'is not taken from what is no name: %j',
    async (extra) => {
      const stage = await Stage.set();
      await stage.connected();
      stage.link.events.emit('extra', 'anna', extra);
      await turns();
      expect([stage.connection.name, stage.log.of('error')]).toEqual(['1', []]);
    },
  );

  it('is not taken from somebody who has no seat, and goes with its user', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.link.events.emit('extra', 'mallory', { fullName: 'Mallory' });
    stage.link.events.emit('extra', 'anna', { fullName: 'Anna' });
    await turns();
    expect(stage.connection.name).toBe('Anna');
    page.leave();
    await stage.until('waiting');
    expect(stage.connection.name).toBe('1');
  });
});

describe('what the user mutes', () => {
  it('is known, kind by kind, until they leave', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    const muted = async (...messages: object[]) => {
      for (const message of messages) page.say(message);
      await turns();
      return stage.connection.selfMuted;
    };
    expect(await muted(mute('audio'))).toEqual({ audio: true, video: false });
    expect(await muted(mute('video'))).toEqual({ audio: true, video: true });
    expect(await muted(mute('both', 'unmute'))).toEqual({ audio: false, video: false });
    expect(await muted(mute('both'))).toEqual({ audio: true, video: true });
    expect(await muted(mute('nonsense', 'unmute'))).toEqual({ audio: true, video: true });
    page.leave();
    await stage.until('waiting');
    expect(stage.connection.selfMuted).toEqual({ audio: false, video: false });
  });

  it('is of no interest from somebody who has no seat', async () => {
    const stage = await Stage.set();
    await stage.connected();
    stage.page('mallory').say(mute('both'));
    await turns();
    expect(stage.connection.selfMuted).toEqual({ audio: false, video: false });
  });
});

describe('the most that the page may send', () => {
  it('is changed by itself, and stays with the connection', async () => {
    const stage = await Stage.set();
    stage.connection.change({ maxVideoBitrateBps: 300_000 });
    stage.connection.change({ name: 'Anna' });
    const page = await stage.connected();
    page.leave();
    await stage.until('waiting');
    expect(stage.connection.resource).toMatchObject({ name: 'Anna', maxVideoBitrateBps: 300_000 });
    stage.connection.change({ maxVideoBitrateBps: null });
    expect(stage.connection.maxVideoBitrateBps).toBeNull();
  });

  it('is told in another offer in the middle of a call', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.room.change({ maxVideoBitrateBps: 300_000 });
    page.answer(await page.next('re-offer'));
    expect(stage.endpoint.view.maxVideoBitrateBps).toBe(300_000);
  });
});

describe('what the operator mutes', () => {
  it('stays with the connection, whoever has the seat', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.connection.change({ muted: { audio: true } });
    stage.connection.change({ muted: { video: false } });
    page.leave();
    await stage.until('waiting');
    await stage.connected(stage.page('ben'));
    expect(stage.connection.muted).toEqual({ audio: true, video: false });
  });
});

describe('whom the boxes show', () => {
  const view = (...endpoints: string[]) => ({ video: endpoints.map(camera), audio: [] });

  it('is told to a page that asks for it, once it has the boxes, and on each change', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    const offer = await page.join();
    stage.link.events.emit('extra', 'anna', { webstreamer: { boxes: true } });
    stage.connection.show(view('a'), new Map([['a', label('2')]]));
    await turns();
    stage.connection.show(view('a'), new Map([['a', label('2')]]));
    await turns();
    expect(told(page)).toEqual([]);
    page.answer(offer);
    await turns();
    const [main] = stage.endpoint.boxes;
    expect(told(page)).toEqual([{ [main!]: label('2') }]);
    stage.connection.show(view('a'), new Map([['a', label('2')]]));
    await turns();
    stage.connection.show(view('a'), new Map([['a', label('2', { speaking: true, name: 'Ben' })]]));
    await turns();
    stage.connection.show(view('b'), new Map([['b', label('3')]]));
    await turns();
    expect(told(page).slice(1)).toEqual([
      { [main!]: label('2', { speaking: true, name: 'Ben' }) },
      { [main!]: label('3') },
    ]);
  });

  it('comes with what kind of picture each is, and how the others see the page’s own user', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    const offer = await page.join();
    stage.link.events.emit('extra', 'anna', { webstreamer: { boxes: true } });
    await turns(); // the room shows what it has then
    const own = label('1', { muted: { audio: true, video: false } });
    const people = new Map([
      ['a', label('2')],
      [stage.endpoint.id, own],
    ]);
    stage.connection.show(view('a'), people);
    await turns();
    await turns();
    page.answer(offer);
    await turns();
    const [main] = stage.endpoint.boxes;
    expect(page.received.at(-1)).toEqual({
      boxes: { [main!]: label('2') },
      shows: { [main!]: 'camera' },
      stopped: [],
      own,
    });
    stage.connection.show(view('a'), new Map([...people, ['b', label('3')]]), ['b', 'nobody']);
    await turns();
    expect(page.received.at(-1)).toMatchObject({ boxes: { [main!]: label('2') }, stopped: [label('3')] });
    stage.connection.show({ video: [GRID], audio: [] }, new Map());
    await turns();
    const [grid] = stage.endpoint.boxes;
    const told = page.received.findLast((message) => typeof message === 'object' && 'boxes' in message);
    expect(told).toEqual({ boxes: {}, shows: { [grid!]: 'grid' }, stopped: [], own: null });
  });

  it('is told to any page as far as mutes go, but for main, whose element plays the sound of all', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    const people = (muted: { audio: boolean; video: boolean }) =>
      new Map(['a', 'b', 'c'].map((id) => [id, label(id, { muted })] as const));
    stage.connection.show(view('a', 'b'), people({ audio: true, video: true }));
    page.answer(await page.next('re-offer'));
    await turns();
    const [, second] = stage.endpoint.boxes;
    stage.connection.show(view('a', 'b'), people({ audio: true, video: false }));
    await turns();
    stage.connection.show(view('a', 'c'), people({ audio: false, video: true }));
    await turns();
    expect(told(page)).toEqual([
      `mute both of ${second}`,
      `unmute video of ${second}`,
      `mute video of ${second}`,
      `unmute audio of ${second}`,
    ]);
  });
});

describe('a user who is shown out', () => {
  it('is told why, and the seat is free for somebody else', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await stage.connection.removeUser('The hour is over.');
    expect(page.received.at(-1)).toEqual({ userLeft: true, reason: 'removed', text: 'The hour is over.' });
    expect([stage.state, stage.link.dismissed]).toEqual(['waiting', ['anna']]);
    await stage.connected(stage.page('ben'));
  });

  it('has to be there', async () => {
    const stage = await Stage.set();
    await expect(stage.connection.removeUser()).rejects.toThrow(
      expect.objectContaining({ code: 'user-not-found' }) as Error,
    );
  });
});

describe('a room that takes nobody else', () => {
  it('turns a page away, with the reason', async () => {
    const stage = await Stage.set();
    stage.room.change({ locked: true });
    const page = stage.page();
    page.request();
    await turns();
    expect(page.received).toEqual([{ userLeft: true, reason: 'room-locked' }]);
    expect([stage.state, stage.link.dismissed, stage.engine.endpoints]).toEqual(['waiting', ['anna'], []]);
    stage.room.change({ locked: false });
    await stage.connected(page);
  });

  it('keeps who is there, also when they ask again', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.room.change({ locked: true, maxUsers: 1 });
    page.answer(await page.join());
    await turns();
    stage.endpoint.connect();
    await stage.until('connected');
    expect(stage.link.dismissed).toEqual([]);
  });
});
