import { expect, it } from 'vitest';
import type { GstElement } from '../../../src/worker/gst/binding.ts';
import { SoundRepair } from '../../../src/worker/sound-repair.ts';

/** A decoder that has counted these gaps; what was set on it. */
function decoderWith(stats: { 'num-gap': number }) {
  const set: unknown[] = [];
  const decoder = { get: () => stats, set: (...words: unknown[]) => set.push(words) };
  return { decoder: decoder as unknown as GstElement, set };
}

it('gaps are filled from the next packet once several are lost in a second', () => {
  const stats = { 'num-gap': 0 };
  const { decoder, set } = decoderWith(stats);
  const repair = new SoundRepair(decoder);
  for (let second = 0; second < 5; second++) {
    stats['num-gap']++;
    repair.watch();
  }
  expect(set).toEqual([]);
  stats['num-gap'] += 2;
  repair.watch();
  stats['num-gap'] += 2;
  repair.watch();
  expect(set).toEqual([['use-inband-fec', true]]);
});
