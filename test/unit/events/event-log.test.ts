import { describe, expect, it } from 'vitest';
import type { ApiEvent } from '../../../src/protocol/http-api/event.ts';
import { EventLog, type ToldEvent } from '../../../src/server/events/event-log.ts';

const deleted = (room: string): ApiEvent => ({ type: 'room-deleted', room });
const levels: ApiEvent = { type: 'levels', room: 'a', levels: { 1: -20 } };
const clock = () => Date.UTC(2026, 0, 1);

/** The ids that follow one another behind `id`, until there is none, or they are lost. */
function walk(log: EventLog, id: string): string[] {
  const ids: string[] = [];
  for (let next = log.after(id); ; next = log.after(ids.at(-1)!)) {
    if (next === undefined) return ids;
    if (next === 'lost') return [...ids, 'lost'];
    ids.push(next.event.id!);
  }
}

describe('the log of events', () => {
  it('gives each event an id and a time, and tells it as JSON', () => {
    const log = new EventLog({ epoch: 'run', clock });
    const told: ToldEvent[] = [];
    const stop = log.listen((one) => told.push(one));
    expect(log.head).toBe('run-0');
    log.publish(deleted('a'));
    log.publish(deleted('b'));
    stop();
    log.publish(deleted('c'));
    const at = '2026-01-01T00:00:00.000Z';
    expect(told.map(({ event }) => event)).toEqual([
      { type: 'room-deleted', room: 'a', id: 'run-1', at },
      { type: 'room-deleted', room: 'b', id: 'run-2', at },
    ]);
    for (const { event, json } of told) expect(JSON.parse(json)).toEqual(event);
    expect(log.head).toBe('run-3');
  });

  it('tells of levels without an id, and does not keep them', () => {
    const log = new EventLog({ epoch: 'run', clock });
    const told: ToldEvent[] = [];
    log.listen((one) => told.push(one));
    log.publish(levels);
    log.publish(deleted('a'));
    expect(told.map(({ event }) => event.id)).toEqual([null, 'run-1']);
    expect(walk(log, 'run-0')).toEqual(['run-1']);
  });

  it('keeps the latest thousand', () => {
    const log = new EventLog({ epoch: 'run', clock });
    for (let count = 0; count < 1500; count++) log.publish(deleted('a'));
    expect(walk(log, 'run-500')).toHaveLength(1000);
    expect(walk(log, 'run-499')).toEqual(['lost']);
    expect(walk(log, 'run-1499')).toEqual(['run-1500']);
    expect(walk(log, 'run-1500')).toEqual([]);
  });

  it('keeps fewer when they are large', () => {
    const log = new EventLog({ epoch: 'run', clock, maxCharacters: 250 });
    for (let count = 0; count < 10; count++) log.publish(deleted('x'.repeat(20)));
    expect(walk(log, 'run-8')).toEqual(['run-9', 'run-10']);
    expect(walk(log, 'run-7')).toEqual(['lost']);
    log.publish(deleted('x'.repeat(300)));
    expect(walk(log, 'run-10')).toEqual(['lost']);
    expect(walk(log, 'run-11')).toEqual([]);
  });

  it.each(['run-3', 'other-1', '', 'run', 'run-', 'run--1', 'run-01', 'run-1 ', 'run-1.5', `run-${'9'.repeat(400)}`])(
    'does not know an id that it has not given: %j',
    (id) => {
      const log = new EventLog({ epoch: 'run', clock });
      log.publish(deleted('a'));
      log.publish(deleted('b'));
      expect(log.after(id)).toBe('lost');
    },
  );
});
