import { describe, expect, test } from 'vitest';
import { EventLog, type LogEvent, type LogFilter } from '../../../../src/web/console/event-log.ts';
import { eventSentence } from '../../../../src/web/console/event-sentence.ts';
import { roomsOf } from '../../../../src/web/console/rooms-state.ts';
import { WORDS } from '../../../../src/web/console/words.ts';
import { connection, room } from './resources.ts';

const ALL: LogFilter = { room: null, type: 'all' };
const at = '2026-01-01T12:00:00.000Z';
const speaking = (name: string): LogEvent => {
  return { type: 'speaking', room: name, connection: '1', speaking: true, id: '1', at };
};
const gone = (name: string): LogEvent => ({ type: 'room-deleted', room: name, id: '2', at });
const says = (log: EventLog, filter = ALL) => log.shown(filter).map(({ sentence }) => sentence);

describe('the event log', () => {
  test('has the newest on top, and forgets the oldest', () => {
    const log = new EventLog(3);
    for (const text of ['1', '2', '3', '4']) log.add(gone('a'), text);
    expect(says(log)).toEqual(['4', '3', '2']);
    expect(new Set(log.shown(ALL).map(({ key }) => key)).size).toBe(3);
    log.clear();
    expect(says(log)).toEqual([]);
  });

  test('is filtered by room and type; a gap is always told', () => {
    const log = new EventLog(9);
    log.add(speaking('a'), 'speaks');
    log.add(gone('a'), 'a is gone');
    log.add(gone('b'), 'b is gone');
    log.add({ type: 'reset', room: null, at }, 'gap');
    expect(says(log, { room: 'a', type: 'all' })).toEqual(['gap', 'a is gone', 'speaks']);
    expect(says(log, { room: null, type: 'quiet' })).toEqual(['gap', 'b is gone', 'a is gone']);
    expect(says(log, { room: null, type: 'speaking' })).toEqual(['gap', 'speaks']);
    expect(log.rooms()).toEqual(['a', 'b']);
  });

  test('keeps back what comes while it is paused', () => {
    const log = new EventLog(9);
    log.add(gone('a'), 'before');
    log.pause();
    log.add(gone('b'), 'meanwhile');
    log.add(speaking('b'), 'speaks');
    expect(says(log)).toEqual(['before']);
    expect(log.keptBack({ room: null, type: 'quiet' })).toBe(1);
    log.resume();
    expect(says(log)).toEqual(['speaks', 'meanwhile', 'before']);
  });
});

describe('an event in words', () => {
  const lobby = room('lobby', { connections: [connection('1', { name: 'Anna' })], speaker: null });
  const sentence = (event: LogEvent, words = WORDS.en) => eventSentence(event, roomsOf([lobby]), words);

  test('says what has changed of a room, and nothing else', () => {
    const resource = { ...lobby, layout: 'grid', locked: true, speaker: '1' } as const;
    const event = { type: 'room-changed', room: 'lobby', resource, id: '1', at } as const;
    expect(sentence(event)).toBe('Layout: Grid, Locked: yes, Anna has the floor.');
    expect(sentence(event, WORDS.zh)).toBe('布局：网格，锁定：是，Anna 有发言权。');
    expect(sentence({ ...event, resource: lobby })).toBe('The room has changed.');
  });

  test('names people, reasons and what was said', () => {
    expect(sentence(speaking('lobby'))).toBe('Anna begins to speak.');
    const changed = connection('1', { name: 'Anna', state: 'waiting' });
    const event = {
      type: 'connection-changed',
      room: 'lobby',
      connection: changed,
      reason: 'removed',
      id: '1',
      at,
    } as const;
    expect(sentence(event)).toBe('Anna is free (removed).');
    const message = { id: 1, at, from: null, name: null, to: null, data: { pen: 1 } };
    expect(sentence({ type: 'message', room: 'lobby', message, id: '2', at })).toBe('Operator: {"pen":1}');
  });
});
