import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamRef } from '../../../src/protocol/media-ipc/view.ts';
import { assignSlots, keyOf } from '../../../src/worker/boxes.ts';

const camera = (endpoint: string): StreamRef => ({ source: 'endpoint', endpoint });
const names = (refs: readonly (StreamRef | null)[]) =>
  refs.map((ref) => (ref?.source === 'endpoint' ? ref.endpoint : ref?.source === 'slate' ? '#' : '-')).join('');

describe('assignSlots', () => {
  it.each([
    ['', 'a', 'a'],
    ['a', 'ab', 'ab'],
    ['abc', 'bc', 'cb-'],
    ['abc', 'ac', 'a-c'],
    ['a-c', 'ac', 'a-c'],
    ['a-c', 'acd', 'adc'],
    ['a-c', 'acde', 'adce'],
    ['a-c', 'c', 'c--'],
    ['abc', 'ab', 'ab-'],
    ['abcd', 'd', 'd---'],
    ['abcd', 'bd', 'db--'],
    ['ab-', 'abc', 'abc'],
    ['#', 'a', 'a'],
    ['a', '#', '#'],
    ['abc', 'xyz', 'xyz'],
    ['abc', 'cx', 'x-c'],
  ])('goes from %j to %j by %j', (current, wanted, next) => {
    const refs = (text: string) =>
      Array.from(text).map((c) => (c === '-' ? null : c === '#' ? ({ source: 'slate' } as const) : camera(c)));
    expect(names(assignSlots(refs(current), refs(wanted) as StreamRef[]))).toBe(next);
  });

  const streams = fc
    .uniqueArray(fc.constantFrom(...Array.from('abcdefgh')), { minLength: 1, maxLength: 8 })
    .map((list) => list.map(camera));

  it('shows each wanted stream exactly once, main among them, and moves none but the last, and that only into main', () => {
    fc.assert(
      fc.property(fc.array(streams, { minLength: 1, maxLength: 12 }), (steps) => {
        let current: (StreamRef | null)[] = [];
        for (const wanted of steps) {
          const next = assignSlots(current, wanted);
          const shown = next.flatMap((ref) => (ref ? [keyOf(ref)] : []));
          expect(shown.sort()).toEqual(wanted.map(keyOf).sort());
          expect(next[0]).toBeTruthy();
          expect(next.length).toBe(Math.max(current.length, wanted.length));
          const stays = current.map((ref) => (ref && shown.includes(keyOf(ref)) ? ref : null));
          const moved = stays.filter((ref, index) => ref && next[index] !== ref);
          expect(moved.length === 0 || (moved.length === 1 && moved[0] === next[0] && !stays[0])).toBe(true);
          expect(moved[0] ?? null).toBe(moved.length === 0 ? null : stays.findLast((ref) => ref !== null));
          current = next;
        }
      }),
    );
  });
});
