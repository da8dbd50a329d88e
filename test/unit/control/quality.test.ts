import { describe, expect, it } from 'vitest';
import type { Incoming, Outgoing, Quality } from '../../../src/protocol/http-api/stats.ts';
import type { z } from 'zod';
import { qualityOf } from '../../../src/server/control/quality.ts';

const INCOMING: z.infer<typeof Incoming> = {
  bitrateBps: 1_000_000,
  audioBitrateBps: 30_000,
  videoBitrateBps: 960_000,
  lossRatio: 0,
  jitterMs: 5,
};
const OUTGOING: z.infer<typeof Outgoing> = { bitrateBps: 1_000_000, lossRatio: 0, roundTripMs: 20 };

const CASES: [string, Partial<typeof INCOMING>, Partial<typeof OUTGOING>, Quality | null][] = [
  ['nothing is wrong', {}, {}, 'good'],
  ['of what comes 1 % is lost', { lossRatio: 0.0199 }, {}, 'good'],
  ['of what comes 2 % is lost', { lossRatio: 0.02 }, {}, 'fair'],
  ['of what comes 8 % is lost', { lossRatio: 0.08 }, {}, 'poor'],
  ['of what goes 2 % is lost', {}, { lossRatio: 0.02 }, 'fair'],
  ['of what goes all is lost', {}, { lossRatio: 1 }, 'poor'],
  ['packets come unevenly', { jitterMs: 50 }, {}, 'fair'],
  ['packets come very unevenly', { jitterMs: 150 }, {}, 'poor'],
  ['the way is long', {}, { roundTripMs: 300 }, 'fair'],
  ['the way is very long', {}, { roundTripMs: 800 }, 'poor'],
  ['one thing is fair and another poor', { lossRatio: 0.03 }, { roundTripMs: 900 }, 'poor'],
  ['nothing comes at all', { bitrateBps: 0, lossRatio: null, jitterMs: null }, {}, 'poor'],
  ['nothing is known of what goes', {}, { lossRatio: null, roundTripMs: null }, 'good'],
  ['nothing is known', { lossRatio: null, jitterMs: null }, { lossRatio: null, roundTripMs: null }, null],
];

describe('the quality of a connection', () => {
  it.each(CASES)('when %s', (_, incoming, outgoing, quality) => {
    expect(qualityOf({ incoming: { ...INCOMING, ...incoming }, outgoing: { ...OUTGOING, ...outgoing } })).toBe(quality);
  });

  it('is not known while it has no media', () => {
    expect(qualityOf({ incoming: null, outgoing: null })).toBeNull();
  });
});
