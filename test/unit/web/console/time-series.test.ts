import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeSeries } from '../../../../src/web/console/time-series.ts';

const make = () => new TimeSeries({ windowSeconds: 10, gapSeconds: 3, capacity: 6 });

describe('figures over time', () => {
  test('are columns, with null where a series has no figure', () => {
    const series = make();
    series.add(1, { anna: 5 });
    series.add(2, { anna: 6, ben: 7 });
    series.add(3, { ben: 8, chris: null });
    expect(series.names()).toEqual(['anna', 'ben']);
    expect(series.columns(['anna', 'ben', 'dora'])).toEqual([
      [1, 2, 3],
      [5, 6, null],
      [null, 7, 8],
      [null, null, null],
    ]);
  });

  test('have a gap where nothing came for a while, and go forward only', () => {
    const series = make();
    series.add(1, { anna: 5 });
    series.add(1, { anna: 9 });
    series.add(0, { anna: 9 });
    series.add(7, { anna: 6 });
    expect(series.columns(['anna'])).toEqual([
      [1, 4, 7],
      [5, null, 6],
    ]);
  });

  test('forget series of which nothing is kept any more', () => {
    const series = make();
    series.add(1, { anna: 5 });
    series.add(12, { ben: 1 });
    expect(series.names()).toEqual(['ben']);
  });

  test('are summed up; a series without a figure at the end has none now', () => {
    const series = make();
    series.add(1, { anna: 2 });
    series.add(2, { anna: 4, ben: 1 });
    series.add(3, { ben: Number.NaN, anna: 9 });
    expect(series.summary('anna')).toEqual({ now: 9, least: 2, mean: 5, most: 9 });
    expect(series.summary('ben')).toEqual({ now: null, least: 1, mean: 1, most: 1 });
    expect(series.summary('nobody')).toEqual({ now: null, least: null, mean: null, most: null });
  });

  test('never exceed their window and their capacity, and are in order', () => {
    const steps = fc.array(fc.double({ min: 0, max: 8, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (pauses) => {
        const series = make();
        let now = 1000;
        for (const pause of pauses) series.add((now += pause), { anna: pause });
        const [times] = series.columns([]);
        expect(series.length).toBeLessThanOrEqual(6);
        expect(times.every((time, index) => index === 0 || time > times[index - 1]!)).toBe(true);
        if (times.length > 0) expect(times.at(-1)! - times[0]!).toBeLessThan(10);
      }),
    );
  });
});
