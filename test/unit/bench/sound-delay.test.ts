import { expect, it } from 'vitest';
import { soundDelaysMs } from '../../../bench/measure/sound-delay.ts';

it('the delay of a sound is measured from the latest pulse before it', () => {
  expect(soundDelaysMs([3_000_000, 1_000_000, 2_000_000], [1_080_000, 2_100_000, 3_070_000])).toEqual([80, 100, 70]);
});

it('what was heard without a pulse is left out', () => {
  expect(soundDelaysMs([1_000_000], [500_000, 1_950_000, 1_050_000])).toEqual([50]);
});
