import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import type { RoomSettings } from '../../../src/protocol/http-api/room.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';
import { Room } from '../../../src/server/room/room.ts';
import { FakeMember } from './fake-member.ts';
import { roomSettings } from './settings.ts';

let engine: FakeMediaEngine;
let nowMs: number;
beforeEach(() => {
  engine = new FakeMediaEngine();
  nowMs = 0;
});

async function roomOf(settings: Partial<RoomSettings>, ...ids: string[]) {
  const options = { engine, logger: silentLogger, now: () => nowMs };
  const room = await Room.open({ name: 'lobby', settings: roomSettings(settings), ...options });
  const members = ids.map((id) => new FakeMember(id));
  for (const member of members) {
    member.publish(true);
    room.add(member);
  }
  /** These members' microphones measure −20 dBov for so long; the others are silent. */
  const hear = (ms: number, ...speaking: string[]) => {
    for (let spent = 0; spent < ms; spent += 100) {
      nowMs += 100;
      engine.rooms[0]!.events.emit('levels', new Map(speaking.map((id) => [id, -20])));
    }
  };
  return { room, members, hear };
}

describe('the speaker policy', () => {
  it('loudest gives the floor to whoever speaks, and the view follows', async () => {
    const { room, members, hear } = await roomOf({ layout: 'speaker', speakerPolicy: 'loudest' }, '1', '2', '3');
    const speakers: (string | null)[] = [];
    room.events.on('speaker', (speaker) => speakers.push(speaker));
    hear(1_000, '2');
    hear(400, '3');
    hear(1_000, '2');
    hear(1_500, '3');
    hear(3_000);
    expect([room.speaker, speakers]).toEqual(['3', ['2', '3']]);
    expect(members[0]!.view!.video).toEqual([{ source: 'endpoint', endpoint: '3' }]);
    expect(members[2]!.view!.video).toEqual([{ source: 'endpoint', endpoint: '2' }]);
  });

  it('manual leaves the floor where it is, and loudest goes on from there', async () => {
    const { room, hear } = await roomOf({}, '1', '2');
    room.setSpeaker('1');
    hear(3_000, '2');
    expect(room.speaker).toBe('1');
    room.change({ speakerPolicy: 'loudest' });
    hear(1_000, '2');
    expect(room.speaker).toBe('2');
  });

  it('does not listen to those who are muted by the operator', async () => {
    const { room, members, hear } = await roomOf({ speakerPolicy: 'loudest' }, '1', '2');
    members[1]!.muted = { audio: true, video: false };
    hear(2_000, '2');
    expect([room.speaker, room.speaks('2')]).toEqual([null, false]);
  });
});

describe('what is told of people', () => {
  it('is who speaks, as it changes, and how loud everybody is', async () => {
    const { room, hear } = await roomOf({}, '1', '2');
    const told: unknown[] = [];
    room.events.on('speaking', (...change) => told.push(change));
    room.events.on('levels', (levels) => told.push(Object.fromEntries(levels)));
    hear(200, '2');
    hear(500);
    expect(told.slice(0, 3)).toEqual([{ '2': -20 }, ['2', true], { '2': -20 }]);
    expect(told.slice(3)).toEqual([{}, {}, {}, {}, {}, ['2', false]]);
  });

  it('is on each page: name, mutes, floor and voice of everybody', async () => {
    const { room, members, hear } = await roomOf({}, '1', '2');
    members[1]!.name = 'Ben';
    members[1]!.selfMuted = { audio: true, video: false };
    members[1]!.muted = { audio: false, video: true };
    room.setSpeaker('2');
    hear(100, '1');
    expect(members[0]!.labels.get('2')).toEqual({
      connection: '2',
      name: 'Ben',
      muted: { audio: true, video: true },
      speaker: true,
      speaking: false,
    });
    expect(members[0]!.labels.get('1')).toMatchObject({ name: '1', speaker: false, speaking: true });
    expect(members.map(({ stopped }) => stopped)).toEqual([['2'], []]);
  });
});

describe('the most that somebody’s page may send', () => {
  it('is what the connection says, else what the room says, else what the server was started with', async () => {
    const { room, members } = await roomOf({ maxVideoBitrateBps: 800_000 }, '1', '2');
    const told = () => members.map(({ view }) => view?.maxVideoBitrateBps);
    expect(told()).toEqual([800_000, 800_000]);
    members[1]!.maxVideoBitrateBps = 2_000_000;
    room.reconcile();
    expect(told()).toEqual([800_000, 2_000_000]);
    room.change({ maxVideoBitrateBps: null });
    expect(told()).toEqual([undefined, 2_000_000]);
  });
});

describe('who may come in', () => {
  it('is everybody, until the room is locked or has as many people as it may have', async () => {
    const { room, members } = await roomOf({}, '1', '2', '3');
    expect(room.refusal()).toBeNull();
    room.change({ maxUsers: 2 });
    members[0]!.occupied = true;
    expect(room.refusal()).toBeNull();
    members[1]!.occupied = true;
    expect(room.refusal()).toBe('room-full');
    room.change({ maxUsers: null });
    expect(room.refusal()).toBeNull();
    room.change({ locked: true });
    expect(room.refusal()).toBe('room-locked');
  });
});
