import { expect, it } from 'vitest';
import { startProbe } from './probe.ts';

const ANY_BYTES = 1000;

interface Second {
  /** Of a hundred packets. */
  lost?: number;
  roundTripMs?: number;
  receivedBps: number;
  sentBps?: number;
}

/** A path as its reports describe it, second by second, and what is asked of its budget. */
class Trace {
  readonly #events: string[] = [];
  #ms = 0;

  second({ lost = 0, roundTripMs = 20, receivedBps, sentBps = receivedBps }: Second, times = 1): this {
    for (let i = 0; i < times; i++) {
      this.#ms += 1000;
      const [received, sent] = [receivedBps / 8, sentBps / 8].map(Math.round);
      this.#events.push(`report:${this.#ms}:1000:100:${lost}:${received}:${sent}:${roundTripMs}`);
    }
    return this;
  }

  wants(bps: number, seconds: number): this {
    for (let at = 1; at <= seconds; at++) this.#events.push(`wanted:${this.#ms + 1000 * at}:${bps / 8}`);
    return this;
  }

  pause(ms: number): this {
    this.#ms += ms;
    return this;
  }

  /** A report that covers all of the time since the one before. */
  late(ms: number, lost: number): this {
    this.#ms += ms;
    this.#events.push(`report:${this.#ms}:${ms}:100:${lost}:0:100000:20`);
    return this;
  }

  losesSound(percent: number): this {
    this.#events.push(`sound:${this.#ms}:${percent}`);
    return this;
  }

  send(bytes: number): this {
    this.#events.push(`sent:${this.#ms}:${bytes}`);
    return this;
  }

  asksFor(rank: number, bytes: number, key = false): this {
    this.#events.push(`allows:${this.#ms}:${rank}:${bytes}:${key ? 1 : 0}`);
    return this;
  }

  limit(): this {
    this.#events.push(`limit:${this.#ms}`);
    return this;
  }

  async answers(): Promise<number[]> {
    return (await startProbe()('budget', ...this.#events)).trim().split(' ').map(Number);
  }
}

it('a path on which little is lost has no limit', async () => {
  const trace = new Trace().second({ lost: 9, receivedBps: 1e6 }, 20).limit().asksFor(9, 1e6, true);
  expect(await trace.answers()).toEqual([0, 1]);
});

it('a path that loses much for three seconds is limited to less than arrives', async () => {
  const once = new Trace().second({ lost: 60, receivedBps: 300_000, sentBps: 1e6 }, 2).limit();
  expect(await once.answers()).toEqual([0]);
  const thrice = new Trace().second({ lost: 60, receivedBps: 300_000, sentBps: 1e6 }, 3).limit();
  expect(await thrice.answers()).toEqual([255_000]);
});

it('a path that is slow by nature is not full; one that gets slower while less arrives is', async () => {
  const slow = new Trace().second({ roundTripMs: 400, receivedBps: 1e6 }, 5).limit();
  expect(await slow.answers()).toEqual([0]);
  const slower = new Trace().second({ receivedBps: 1e6 }).second({ roundTripMs: 400, receivedBps: 1e6 }, 5).limit();
  expect(await slower.answers()).toEqual([0]);
  const full = new Trace()
    .second({ receivedBps: 1e6 })
    .second({ roundTripMs: 1000, receivedBps: 500_000, sentBps: 1e6 }, 3)
    .limit();
  expect(await full.answers()).toEqual([425_000]);
});

it('seconds in which nothing got through say nothing', async () => {
  const trace = new Trace().second({ receivedBps: 1e6 }, 3).late(5_000, 90).late(5_000, 90).late(5_000, 90).limit();
  expect(await trace.answers()).toEqual([0]);
});

it('with room the limit grows, faster after a while, and is lifted when all that is wanted fits', async () => {
  const limited = () => new Trace().wants(1e6, 30).second({ lost: 60, receivedBps: 300_000, sentBps: 1e6 }, 3);
  const [start = 0] = await limited().limit().answers();
  const [one] = await limited().second({ receivedBps: 250_000 }).limit().answers();
  expect(one).toBeCloseTo(start * 1.08, -2);
  const [unused] = await limited().second({ receivedBps: 100_000 }, 3).limit().answers();
  expect(unused).toBe(start);
  const [before = 0, after] = await limited()
    .second({ receivedBps: 400_000 }, 15)
    .limit()
    .second({ receivedBps: 600_000 })
    .limit()
    .answers();
  expect(after).toBeCloseTo(before * 1.5, -2);
  expect(await limited().second({ receivedBps: 700_000 }, 19).limit().answers()).toEqual([0]);
});

it('a limited path that loses more still, or sound, is limited further', async () => {
  const limited = () => new Trace().second({ lost: 60, receivedBps: 300_000, sentBps: 1e6 }, 3);
  expect(await limited().second({ lost: 20, receivedBps: 160_000, sentBps: 200_000 }).limit().answers()).toEqual([
    Math.floor(255_000 * 0.85 * 0.8),
  ]);
  expect(await limited().second({ roundTripMs: 300, receivedBps: 250_000 }).limit().answers()).toEqual([216_750]);
  expect(await limited().losesSound(10).limit().losesSound(20).limit().answers()).toEqual([255_000, 173_400]);
  expect(await new Trace().losesSound(50).limit().answers()).toEqual([0]);
  // Not without end.
  expect(await limited().second({ lost: 100, receivedBps: 0, sentBps: 200_000 }, 20).limit().answers()).toEqual([
    100_000,
  ]);
});

it('the first slots are served first, and the others from what these leave', async () => {
  // Limited to 255 kbit/s: 31,875 bytes can be saved up.
  const full = () => new Trace().second({ lost: 60, receivedBps: 300_000, sentBps: 1e6 }, 3).pause(5_000);
  expect(await full().asksFor(0, ANY_BYTES).asksFor(1, ANY_BYTES).asksFor(5, ANY_BYTES).answers()).toEqual([1, 1, 1]);
  const half = await full().send(16_000).asksFor(0, ANY_BYTES).asksFor(1, ANY_BYTES).asksFor(3, ANY_BYTES).answers();
  expect(half).toEqual([1, 1, 0]);
  const little = await full().send(30_000).asksFor(0, ANY_BYTES).asksFor(1, ANY_BYTES).answers();
  expect(little).toEqual([1, 0]);
  expect(await full().send(32_000).asksFor(0, ANY_BYTES).answers()).toEqual([0]);
});

it('a key frame waits for room, and one larger than any room for all there can be', async () => {
  const full = () => new Trace().second({ lost: 60, receivedBps: 300_000, sentBps: 1e6 }, 3).pause(5_000);
  expect(await full().asksFor(0, 100_000, true).asksFor(0, 20_000, true).answers()).toEqual([1, 1]);
  const less = full().send(16_000).asksFor(0, 100_000, true).asksFor(0, 20_000, true).asksFor(0, 15_000, true);
  expect(await less.answers()).toEqual([0, 0, 1]);
});
