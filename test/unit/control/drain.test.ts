import { describe, expect, it } from 'vitest';
import type { ApiEvent } from '../../../src/protocol/http-api/event.ts';
import { FakePage } from '../connection/fake-page.ts';
import { turns } from '../connection/stage.ts';
import { newRoom } from '../room/settings.ts';
import { code, start } from './start-control.ts';

const NOTICE = { endsAt: new Date('2026-01-01T00:10:00Z'), message: 'Good bye' };

/** Two connections, and Anna on the first. */
async function annaIsHere() {
  const events: ApiEvent[] = [];
  const stage = start({ onEvent: (event) => events.push(event) });
  await stage.lobby('1', '2');
  const anna = new FakePage(stage.links.get('1')!, 'anna');
  anna.answer(await anna.join());
  await turns();
  stage.engine.endpoints[0]!.connect();
  stage.engine.endpoints[0]!.openChannel();
  await turns();
  return { ...stage, anna, events };
}

describe('a server that is drained', () => {
  it('takes in no room, no connection and nobody any more', async () => {
    const { control, links } = await annaIsHere();
    expect(control.draining).toBe(false);
    void control.drain(NOTICE);
    expect(control.draining).toBe(true);
    await expect(control.createRoom(newRoom({ name: 'other' }))).rejects.toThrow(code('draining'));
    await expect(control.addConnection('lobby', '3')).rejects.toThrow(code('draining'));
    await expect(control.joinRoom('lobby', { role: 'participant', keepSeconds: 60 })).rejects.toThrow(code('draining'));
    const ben = new FakePage(links.get('2')!, 'ben', { id: '2' });
    ben.request();
    expect(await ben.next('userLeft')).toMatchObject({ reason: 'draining' });
  });

  it('leaves those alone who are there, who may come again, and tells them', async () => {
    const { control, engine, anna, events } = await annaIsHere();
    void control.drain(NOTICE);
    void control.drain(NOTICE);
    await turns();
    expect(engine.endpoints[0]!.texts.flat().join('')).toContain('Good bye');
    expect(events.filter(({ type }) => type === 'draining')).toEqual([
      { type: 'draining', room: 'lobby', endsAt: '2026-01-01T00:10:00.000Z' },
    ]);
    expect(control.changeRoom('lobby', { layout: 'speaker' }).layout).toBe('speaker');
    await anna.join();
    expect(control.dump().users).toBe(1);
  });

  it('says nothing to people where nothing is to be said', async () => {
    const { control, engine } = await annaIsHere();
    void control.drain({ ...NOTICE, message: null });
    await turns();
    expect(engine.endpoints[0]!.texts).toEqual([]);
  });

  it('is drained when the last one has left, not before', async () => {
    const { control, anna } = await annaIsHere();
    let drained = false;
    const empty = control.drain(NOTICE).then(() => {
      drained = true;
    });
    await turns();
    expect(drained).toBe(false);
    anna.leave();
    await empty;
    expect(control.dump().users).toBe(0);
  });

  it('is drained at once when nobody is there', async () => {
    const { control, lobby } = start();
    await lobby('1');
    await control.drain(NOTICE);
  });
});

describe('the time that a join takes', () => {
  it('is told when media are up, once for each time that somebody comes', async () => {
    const times: number[] = [];
    const { engine, links, lobby } = start({ onJoined: (seconds) => times.push(seconds) });
    await lobby('1');
    const anna = new FakePage(links.get('1')!, 'anna');
    const comes = async () => {
      anna.answer(await anna.join());
      await turns();
      engine.endpoints.at(-1)!.connect();
      await turns();
    };
    await comes();
    expect(times.length).toBe(1);
    engine.endpoints.at(-1)!.fail();
    anna.answer(await anna.next('offer'));
    await turns();
    engine.endpoints.at(-1)!.connect();
    await turns();
    expect(times.length).toBe(1);
    anna.leave();
    await turns();
    await comes();
    expect(times.length).toBe(2);
    expect(times.every((seconds) => seconds >= 0 && seconds < 60)).toBe(true);
  });
});

describe('the figures of a room', () => {
  it('have an entry for each connection, with figures where media are up', async () => {
    const { control, engine } = await annaIsHere();
    const endpoint = engine.endpoints[0]!;
    const stats = control.roomStats('lobby');
    await turns();
    endpoint.figures = { ...endpoint.figures!, receivedBytes: 1_000_000, keyFrameRequests: 2 };
    const { room, connections } = await stats;
    expect([room, connections.map(({ id }) => id)]).toEqual(['lobby', ['1', '2']]);
    expect(connections[0]).toMatchObject({ keyFrameRequests: 2, quality: null });
    expect(connections[0]!.incoming!.bitrateBps).toBeGreaterThan(1_000_000);
    expect(connections[1]).toEqual({ id: '2', incoming: null, outgoing: null, quality: null, keyFrameRequests: 0 });
    await expect(control.roomStats('nowhere')).rejects.toThrow(code('room-not-found'));
  });
});

describe('a picture', () => {
  it('is what the camera sees, as long as nobody has muted it', async () => {
    const { control, engine, anna } = await annaIsHere();
    const endpoint = engine.endpoints[0]!;
    await expect(control.picture('lobby', '1')).rejects.toThrow(code('no-picture'));
    endpoint.jpeg = Buffer.from('jpeg');
    endpoint.publish({ audio: true, video: true });
    await turns();
    expect(await control.picture('lobby', '1')).toEqual(Buffer.from('jpeg'));
    control.changeConnection('lobby', '1', { muted: { video: true } });
    await expect(control.picture('lobby', '1')).rejects.toThrow(code('no-picture'));
    control.changeConnection('lobby', '1', { muted: { video: false } });
    anna.say({ streamSyncNeeded: true, action: 'mute', streamid: 'camera', type: 'video' });
    await turns();
    await expect(control.picture('lobby', '1')).rejects.toThrow(code('no-picture'));
    anna.leave();
    await turns();
    await expect(control.picture('lobby', '1')).rejects.toThrow(code('no-picture'));
    await expect(control.picture('lobby', '9')).rejects.toThrow(code('connection-not-found'));
  });
});
