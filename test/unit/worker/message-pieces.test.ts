import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessagePieces } from '../../../src/worker/message-pieces.ts';

/** The messages that come out when one goes in as usrsctp hands it over: 64 KiB and a little at least, then pieces of any size. */
function through(message: string, first: number, sizes: readonly number[], pieces = new MessagePieces()): string[] {
  const bytes = Buffer.from(message);
  const out: string[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const size = turn === 0 ? 65_536 + first : (sizes[turn % sizes.length] ?? 1);
    const text = pieces.take(bytes.subarray(start, start + size));
    if (text !== null) out.push(text);
    start += size;
  }
  return out;
}

it('messages come out as they went in, wherever they were cut', () => {
  const text = fc.string({
    unit: fc.constantFrom('x', '}', '语', '😀', '{'),
    minLength: 1,
    maxLength: 200,
    size: 'max',
  });
  const sizes = fc.array(fc.integer({ min: 1_000, max: 70_000 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 300 }), fc.nat(1_400), sizes, (unit, times, first, rest) => {
      const message = JSON.stringify({ message: unit.repeat(times) });
      fc.pre(Buffer.byteLength(message) <= 262_144);
      expect(through(message, first, rest)).toEqual([message]);
    }),
    { numRuns: 50 },
  );
});

it('what is no object is dropped when it is long, and what comes later is whole again', () => {
  const pieces = new MessagePieces();
  expect(through('x'.repeat(250_000), 0, [65_536], pieces)).toEqual([]);
  expect(through('x'.repeat(65_000), 0, [65_536], pieces)).toEqual([]);
  expect(pieces.take(Buffer.from('short'))).toBe('short');
});
