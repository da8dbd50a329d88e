import { describe, expect, test } from 'vitest';
import type { ApiEvent } from '../../../../src/protocol/http-api/event.ts';
import { changedSettings } from '../../../../src/web/console/room-change.ts';
import { afterEvent, peopleIn, roomsOf } from '../../../../src/web/console/rooms-state.ts';
import { connection, room } from './resources.ts';

const before = roomsOf([room('b', { connections: [connection('1'), connection('2')], speaker: '1' }), room('a')]);
const after = (...events: ApiEvent[]) => events.reduce(afterEvent, before);

describe('the rooms, kept in step by events', () => {
  test('are in the order of their names, whenever they came', () => {
    const now = after({ type: 'room-created', room: 'aa', resource: room('aa') });
    expect([...now.keys()]).toEqual(['a', 'aa', 'b']);
  });

  test('change, and go', () => {
    const changed = after({ type: 'room-changed', room: 'a', resource: room('a', { layout: 'grid' }) });
    expect(changed.get('a')?.layout).toBe('grid');
    expect(before.get('a')?.layout).toBe('gallery');
    expect([...after({ type: 'room-deleted', room: 'a' }).keys()]).toEqual(['b']);
  });

  test('get, change and lose connections; the floor goes with its connection', () => {
    const now = after(
      { type: 'connection-added', room: 'b', connection: connection('3') },
      { type: 'connection-changed', room: 'b', connection: connection('2', { user: 'x' }), reason: null },
      { type: 'connection-removed', room: 'b', connection: '1' },
    ).get('b')!;
    expect(now.connections.map(({ id }) => id)).toEqual(['2', '3']);
    expect(now.speaker).toBeNull();
    expect(peopleIn(now)).toBe(1);
  });

  test('know who speaks', () => {
    const now = after({ type: 'speaking', room: 'b', connection: '2', speaking: true }).get('b')!;
    expect(now.connections.map(({ speaking }) => speaking)).toEqual([false, true]);
  });

  test('do not change by what is told twice, or of what is not there', () => {
    const again: ApiEvent = { type: 'connection-added', room: 'b', connection: connection('2') };
    expect(after(again, again)).toEqual(before);
    const absent: ApiEvent[] = [
      { type: 'room-deleted', room: 'none' },
      { type: 'connection-changed', room: 'none', connection: connection('1'), reason: null },
      { type: 'connection-removed', room: 'none', connection: '1' },
      { type: 'speaking', room: 'b', connection: 'none', speaking: true },
      { type: 'levels', room: 'b', levels: { 1: -20 } },
    ];
    expect(after(...absent)).toEqual(before);
  });

  test('differ in their settings alone, whoever speaks', () => {
    const other = room('b', { layout: 'speaker', maxUsers: 3, connections: [connection('1', { speaking: true })] });
    expect(changedSettings(before.get('b')!, other)).toEqual(['layout', 'maxUsers']);
  });
});
