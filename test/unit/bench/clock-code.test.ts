import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockCode } from '../../../bench/pages/clock-code.ts';

const code = clockCode();
const moments = fc.integer({ min: 0, max: 4e13 }).map((tenths) => tenths / 10);
const cells = code.columns * code.rows;

/** The brightness of cells after a bad encoder: black and white come close and jitter. */
const damage = fc.record({
  black: fc.integer({ min: 0, max: 60 }),
  white: fc.integer({ min: 180, max: 255 }),
  noise: fc.array(fc.integer({ min: -28, max: 28 }), { minLength: cells, maxLength: cells }),
});

describe('the clock in the picture', () => {
  it('tells the age of the frame, whatever the encoder leaves of black and white', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 600_000 }), damage, (moment, passed, { black, white, noise }) => {
        const levels = code.write(moment).map((bit, index) => (bit ? white : black) + (noise[index] ?? 0));
        expect(code.age(levels, moment + passed / 10)).toBeCloseTo(passed / 10, 0.2);
      }),
    );
  });

  it('is not read when up to three cells are wrong', () => {
    const wrong = fc.uniqueArray(fc.integer({ min: 0, max: cells - 1 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(moments, wrong, (moment, indices) => {
        const levels = code.write(moment).map((bit, index) => (bit !== indices.includes(index) ? 255 : 0));
        expect(code.age(levels, moment)).toBeNull();
      }),
    );
  });

  it('is not found in a picture that has none', () => {
    const plain = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(plain, moments, (level, moment) => {
        expect(code.age(Array<number>(cells).fill(level), moment)).toBeNull();
      }),
    );
    expect(code.age([], 0)).toBeNull();
  });

  it('runs where nothing of its module is: in a page, as text', () => {
    // As playwright does it: a function goes to the page as its text.
    const inPage = new Function(`return (${String(clockCode)})()`) as () => typeof code; // eslint-disable-line @typescript-eslint/no-implied-eval
    expect(inPage().write(1_763_990_000_123.4)).toEqual(code.write(1_763_990_000_123.4));
  });
});
