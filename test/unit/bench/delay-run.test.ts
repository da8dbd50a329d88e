import { describe, expect, it } from 'vitest';
import { delayRow, delayRun } from '../../../bench/measure/delay-run.ts';
import { rounds } from '../../../bench/measure/rounds.ts';
import type { RtpStream } from '../../../bench/pages/rtp-streams.ts';

const stream = (direction: RtpStream['direction'], kind: RtpStream['kind'], times: number): RtpStream => ({
  id: `${direction} ${kind}`,
  direction,
  kind,
  bytes: 125_000 * times,
  frames: 60 * times,
  targetBps: 500_000,
  freezes: times,
  freezeSeconds: 0.25 * times,
  jitterBufferSeconds: 0.6 * times,
  jitterBufferFrames: 60 * times,
  concealed: 0,
  samples: 0,
});
const pages = (times: number) => [
  [stream('outbound', 'video', times), stream('outbound', 'audio', 7 * times), stream('inbound', 'video', 5 * times)],
  [stream('inbound', 'video', times), stream('outbound', 'video', 9 * times)],
];
const readings = {
  delaysMs: Array.from({ length: 100 }, (_, index) => index + 1),
  painted: 102,
  unreadable: 1,
  longestGapMs: 70,
  sizes: ['640x360'],
};
const call = { readings, before: pages(1), after: pages(2), size: '640x360', seconds: 2 };

describe('the delay of a call', () => {
  it('is that of the frames that were read, beside what the two pages count', () => {
    expect(delayRow([delayRun(call)])).toEqual({
      'p50 ms': 50,
      'p95 ms': 95,
      'p99 ms': 99,
      'jitter buffer ms': 10,
      'sent kbit/s': 500,
      encoded: 60,
      decoded: 60,
      painted: 102,
      read: 100,
      damaged: 1,
      freezes: 1,
      'freezes s': 0.25,
      'longest gap ms': 70,
    });
  });

  it('is none when nothing was read, too much was damaged or the picture has another size', () => {
    const but = (change: Partial<typeof readings>) => () => delayRun({ ...call, readings: { ...readings, ...change } });
    expect(but({ delaysMs: [], unreadable: 0, painted: 0 })).toThrow('of 0 painted frames 0 could be read');
    expect(but({ unreadable: 3 })).toThrow('3 were damaged');
    expect(but({ painted: 300 })).toThrow('of 300 painted frames 100 could be read');
    expect(but({ sizes: ['320x180', '640x360'] })).toThrow('should be 640x360, but was 320x180, 640x360');
  });
});

describe('rounds', () => {
  it('are as many as asked for, and none begins when the time is up', async () => {
    const begun: number[] = [];
    const round = (index: number) => Promise.resolve(void begun.push(index));
    expect(await rounds(3, 60_000, round)).toBe(3);
    expect(await rounds(3, -1, round)).toBe(1);
    expect(begun).toEqual([0, 1, 2, 0]);
  });
});
