import { describe, expect, it } from 'vitest';
import { startProbe } from './probe.ts';

const FULL_SCALE = 32_768 ** 2;
/** The mean square of a level. */
const atDb = (db: number) => FULL_SCALE * 10 ** (db / 10);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a level', () => {
  it.each([
    ['of a full square wave is 0', [-32_768, -32_768], 0],
    ['of half of it is -6', [16_384, -16_384], -6],
    [
      'of a sine is 3 below its peak',
      Array.from({ length: 48 }, (_, i) => Math.round(32_767 * Math.sin((i * Math.PI) / 24))),
      -3,
    ],
    ['of the smallest sound is -90', [1, -1], -90],
    ['of nothing is -127', [0, 0, 0], -127],
    ['of no samples is -127', [], -127],
  ])('%s', async (_, samples, level) => {
    expect(await startProbe()('level', ...samples)).toBe(String(level));
  });
});

describe('the gate', () => {
  const gate = async (...levels: number[]) => startProbe()('gate', ...levels.map(atDb));

  it('opens with the first frame that is loud enough, and stays open for half a second', async () => {
    expect(await gate(-70, -59, ...times(30, -70))).toBe(`0${'1'.repeat(25)}${'0'.repeat(6)}`);
  });

  it('stays open while words come within half a second', async () => {
    expect(await gate(-20, ...times(23, -80), -20, ...times(23, -80), -20)).toBe('1'.repeat(49));
  });

  it('stays closed for the noise of a quiet room', async () => {
    expect(await gate(...times(100, -61))).toBe('0'.repeat(100));
  });
});
