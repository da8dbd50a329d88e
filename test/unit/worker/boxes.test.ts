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
    ['abc', 'ac', 'ac-'],
    ['abc', 'ab', 'ab-'],
    ['abcd', 'd', 'd---'],
    ['ab-', 'abc', 'abc'],
    ['#', 'a', 'a'],
    ['a', '#', '#'],
    ['abc', 'xyz', 'xyz'],
    ['abc', 'cx', 'cx-'],
  ])('goes from %j to %j by %j', (current, wanted, next) => {
    const refs = (text: string) =>
      Array.from(text).map((c) => (c === '-' ? null : c === '#' ? ({ source: 'slate' } as const) : camera(c)));
    expect(names(assignSlots(refs(current), refs(wanted) as StreamRef[]))).toBe(next);
  });

  const streams = fc
    .uniqueArray(fc.constantFrom(...Array.from('abcdefgh')), { minLength: 1, maxLength: 8 })
    .map((list) => list.map(camera));

  it('shows each wanted stream exactly once, without holes, and moves none that could stay', () => {
    fc.assert(
      fc.property(fc.array(streams, { minLength: 1, maxLength: 12 }), (steps) => {
        let current: (StreamRef | null)[] = [];
        for (const wanted of steps) {
          const next = assignSlots(current, wanted);
          expect(
            next
              .slice(0, wanted.length)
              .map((ref) => ref && keyOf(ref))
              .sort(),
          ).toEqual(wanted.map(keyOf).sort());
          expect(next.slice(wanted.length).every((ref) => ref === null)).toBe(true);
          expect(next.length).toBe(Math.max(current.length, wanted.length));
          for (const [index, ref] of current.slice(0, wanted.length).entries()) {
            if (ref && wanted.some((other) => keyOf(other) === keyOf(ref))) expect(next[index]).toEqual(ref);
          }
          current = next;
        }
      }),
    );
  });
});
