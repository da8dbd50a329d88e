import { expect, it } from 'vitest';
import { KeyFrameAllowance } from '../../../src/worker/key-frame-allowance.ts';

it('a viewer may have three key frames at once, and one in three seconds when it goes on asking', () => {
  let nowMs = 0;
  const allowance = new KeyFrameAllowance(() => nowMs);
  expect([1, 2, 3, 4].map(() => allowance.take())).toEqual([true, true, true, false]);
  let taken = 0;
  for (; nowMs < 30_000; nowMs += 200) if (allowance.take()) taken++;
  expect(taken).toBe(9);
  nowMs += 60_000;
  expect([1, 2, 3, 4].map(() => allowance.take())).toEqual([true, true, true, false]);
});
