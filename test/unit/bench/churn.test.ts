import { describe, expect, it } from 'vitest';
import type { BotPlan } from '../../../bench/measure/call.ts';
import { steadiness } from '../../../bench/measure/steadiness.ts';
import { visitFor } from '../../../bench/measure/visits.ts';
import type { Window } from '../../../bench/measure/window.ts';

const bot = (name: string, sees: number[]): BotPlan => ({
  name,
  process: 'bots',
  entrance: { kind: 'udp', port: 1 },
  source: null,
  sees,
});

describe('visits', () => {
  it('are made by every visitor until the time is over, and each ends with leaving', async () => {
    const there = new Set<string>();
    const crowd = {
      admit: async ({ name }: BotPlan) => {
        expect(there).not.toContain(name);
        there.add(name);
        await new Promise((resolve) => setImmediate(resolve));
        return 5;
      },
      dismiss: ({ name }: BotPlan) => {
        there.delete(name);
        return Promise.resolve();
      },
    };
    const { joinMs, failures } = await visitFor(crowd, [bot('a', []), bot('b', [])], 50);
    expect(joinMs.length).toBeGreaterThan(3);
    expect(failures).toEqual([]);
    expect(there.size).toBe(0);
  });

  it('that fail are told apart from the others', async () => {
    const dismissed: string[] = [];
    const crowd = {
      admit: () => Promise.reject(new Error('full')),
      dismiss: ({ name }: BotPlan) => {
        dismissed.push(name);
        return Promise.resolve();
      },
    };
    expect(await visitFor(crowd, [bot('a', [])], 10)).toEqual({ joinMs: [], failures: ['full'] });
    expect(dismissed).toEqual(['a']);
  });
});

describe('those who stay', () => {
  const stream = (source: number, frames: number, largestGapMs: number) => ({
    source,
    packets: frames,
    bytes: 0,
    lostPackets: 0,
    frames,
    keyFrames: 1,
    brokenFrames: 0,
    foreignFrames: 0,
    missingFrames: 2,
    undecodableFrames: 1,
    pictureIdJumps: 0,
    delaysMs: [],
    largestGapMs,
  });
  const sent = {
    frames: 9,
    packets: 9,
    bytes: 0,
    keyFrames: 1,
    keyFrameRequests: 0,
    skippedFrames: 0,
    largestGapMs: 40,
  };
  const books = {
    a: { sent, sentSoundPackets: 0, sentPulsesUs: [], streams: [stream(1, 10, 50), stream(100, 10, 5000)], sounds: [] },
    b: {
      sent: null,
      sentSoundPackets: 0,
      sentPulsesUs: [],
      streams: [stream(0, 5, 120), stream(0, 6, 90)],
      sounds: [],
    },
  } satisfies Window['books'];

  it('are asked only of each other, on whatever streams they came', () => {
    expect(steadiness([bot('a', [1]), bot('b', [0])], { books })).toEqual({
      frames: 21,
      missingFrames: 6,
      undecodableFrames: 3,
      largestGapMs: 120,
      largestGapSentMs: 40,
    });
  });

  it('must have seen each other', () => {
    expect(() => steadiness([bot('a', [7])], { books })).toThrow('a saw nothing of 7');
  });
});
