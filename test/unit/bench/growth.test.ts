import { describe, expect, it } from 'vitest';
import { brokenLimit, growthRow, step } from '../../../bench/measure/growth.ts';
import type { CallFigures } from '../../../bench/measure/measure-call.ts';

const LIMITS = { missingPercent: 1, delayP95Ms: 150 };
const call = (missingFrames: number, delayP95Ms: number): CallFigures =>
  ({
    frames: 1000 - missingFrames,
    missingFrames,
    delayP95Ms,
    cpuPercent: { server: 1, worker: 99 },
    botsCpuPercent: 50,
    machineIdlePercent: 25,
  }) as unknown as CallFigures;

describe('a call that grows', () => {
  it('holds up to the limits, and breaks beyond', () => {
    expect(brokenLimit(call(10, 150), LIMITS)).toBeNull();
    expect(brokenLimit(call(11, 0), LIMITS)).toBe('1.1 % of the frames are missing');
    expect(brokenLimit(call(0, 151), LIMITS)).toBe('the delay is 151 ms at the 95th percentile');
  });

  it('is broken as well when it does not come about', async () => {
    const failing = () => Promise.reject(new Error('nobody came'));
    expect(await step(4, failing, LIMITS)).toEqual({ people: 4, figures: null, broken: 'nobody came' });
    expect(await step(4, () => Promise.resolve(call(0, 1)), LIMITS)).toMatchObject({ people: 4, broken: null });
  });

  it('has the greatest size that held, and what it was like where it broke', async () => {
    const sizes = [call(0, 20), call(5, 100), call(100, 300)];
    const steps = await Promise.all(
      sizes.map((figures, index) => step(10 * (index + 1), () => Promise.resolve(figures), LIMITS)),
    );
    expect(growthRow(steps)).toMatchObject({
      people: 20,
      'server CPU %': 100,
      'bots CPU %': 50,
      'machine idle %': 25,
      'delay p95 ms': 100,
      'broke at': 30,
      'delay p95 ms there': 300,
      'frames missing % there': 10,
    });
    expect(growthRow(steps.slice(0, 1))).not.toHaveProperty('broke at');
    expect(growthRow([{ people: 10, figures: null, broken: 'nobody came' }])).toEqual({ people: 0, 'broke at': 10 });
  });
});
