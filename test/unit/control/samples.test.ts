import { describe, expect, it } from 'vitest';
import { Samples } from '../../../src/server/control/samples.ts';

/** A clock that waits for nobody, and a counter that it drives: as many as milliseconds. */
function setUp() {
  const clock = { ms: 0, waits: [] as number[] };
  let reads = 0;
  const samples = new Samples(
    () => {
      reads++;
      return Promise.resolve(clock.ms);
    },
    {
      now: () => clock.ms,
      wait: (ms) => {
        clock.waits.push(ms);
        clock.ms += ms;
        return Promise.resolve();
      },
    },
  );
  const stretch = async () => {
    const { before, after } = await samples.latest();
    return [before.atMs, after.atMs, after.value - before.value];
  };
  return { clock, stretch, reads: () => reads };
}

describe('samples', () => {
  it('take a second for whoever asks first', async () => {
    const { stretch, reads } = setUp();
    expect(await stretch()).toEqual([0, 1_000, 1_000]);
    expect(reads()).toBe(2);
  });

  it('are read once a second however many ask', async () => {
    const { clock, stretch, reads } = setUp();
    await Promise.all(Array.from({ length: 20 }, stretch));
    expect(reads()).toBe(2);
    clock.ms += 999;
    expect(await stretch()).toEqual([0, 1_000, 1_000]);
    expect(reads()).toBe(2);
    clock.ms += 1;
    expect(await stretch()).toEqual([0, 2_000, 2_000]);
    expect(reads()).toBe(3);
  });

  it('reach five seconds back at most', async () => {
    const { clock, stretch } = setUp();
    await stretch();
    for (let index = 0; index < 8; index++) {
      clock.ms += 1_000;
      await stretch();
    }
    clock.ms += 1_000;
    expect(await stretch()).toEqual([5_000, 10_000, 5_000]);
  });

  it('begin anew when nobody has asked for long', async () => {
    const { clock, stretch } = setUp();
    await stretch();
    clock.ms += 60_000;
    expect(await stretch()).toEqual([61_000, 62_000, 1_000]);
  });

  it('are read again when reading has failed', async () => {
    let fails = true;
    const clock = { now: () => 0, wait: () => Promise.resolve() };
    const samples = new Samples(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve(1)), clock);
    await expect(samples.latest()).rejects.toThrow('no');
    fails = false;
    expect((await samples.latest()).after.value).toBe(1);
  });
});
