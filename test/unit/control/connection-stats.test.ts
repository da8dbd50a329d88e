import { describe, expect, it } from 'vitest';
import type { EndpointFigures, SourceFigures } from '../../../src/protocol/media-ipc/figures.ts';
import { connectionStats } from '../../../src/server/control/connection-stats.ts';

const NOTHING: EndpointFigures = {
  receivedBytes: 0,
  sources: [],
  sentBytes: 0,
  sentPackets: 0,
  reportedPackets: 0,
  lostPackets: 0,
  roundTripMs: null,
  keyFrameRequests: 0,
  slots: 1,
};
const source = (kind: SourceFigures['kind'], ssrc: number, counts: Partial<SourceFigures> = {}): SourceFigures => ({
  ssrc,
  kind,
  packets: 0,
  bytes: 0,
  lostPackets: 0,
  jitterMs: 0,
  ...counts,
});
const BEFORE: EndpointFigures = {
  ...NOTHING,
  receivedBytes: 1_000,
  sources: [
    source('audio', 1, { packets: 10, bytes: 100, lostPackets: 2 }),
    source('video', 2, { packets: 50, bytes: 5_000, lostPackets: 5 }),
  ],
  sentBytes: 10_000,
  reportedPackets: 100,
  lostPackets: 10,
  roundTripMs: 10,
  keyFrameRequests: 3,
};

describe('the figures of a connection', () => {
  it('are what its endpoint has grown by, over the time', () => {
    const after: EndpointFigures = {
      ...BEFORE,
      receivedBytes: 251_000,
      sources: [
        source('audio', 1, { packets: 110, bytes: 10_100, lostPackets: 2, jitterMs: 7 }),
        source('video', 2, { packets: 225, bytes: 205_000, lostPackets: 30, jitterMs: 30 }),
      ],
      sentBytes: 510_000,
      reportedPackets: 500,
      lostPackets: 30,
      roundTripMs: 42,
      keyFrameRequests: 4,
    };
    expect(connectionStats('anna', BEFORE, after, 2)).toEqual({
      id: 'anna',
      incoming: {
        bitrateBps: 1_000_000,
        audioBitrateBps: 40_000,
        videoBitrateBps: 800_000,
        lossRatio: 25 / 300,
        jitterMs: 7,
      },
      outgoing: { bitrateBps: 2_000_000, lossRatio: 0.05, roundTripMs: 42 },
      quality: 'poor',
      keyFrameRequests: 4,
    });
  });

  it('count a stream that has begun meanwhile from nothing, and one that has ended not at all', () => {
    const after = {
      ...BEFORE,
      sources: [source('video', 3, { packets: 9, bytes: 1_000, lostPackets: 1, jitterMs: 4 })],
    };
    const { incoming } = connectionStats('anna', BEFORE, after, 1);
    expect(incoming).toMatchObject({ videoBitrateBps: 8_000, audioBitrateBps: 0, lossRatio: 0.1, jitterMs: 4 });
  });

  it('know of no loss where nothing was expected, and of none below zero', () => {
    expect(connectionStats('anna', BEFORE, BEFORE, 1)).toMatchObject({
      incoming: { bitrateBps: 0, lossRatio: null, jitterMs: null },
      outgoing: { bitrateBps: 0, lossRatio: null },
    });
    const again = { ...BEFORE, lostPackets: 5, reportedPackets: 200 };
    again.sources = [source('video', 2, { packets: 60, bytes: 6_000, lostPackets: 1 })];
    const { incoming, outgoing } = connectionStats('anna', BEFORE, again, 1);
    expect([incoming?.lossRatio, outgoing?.lossRatio]).toEqual([0, 0]);
  });

  it.each([
    ['before', null, BEFORE, 3],
    ['now', BEFORE, null, 0],
  ])('are missing where there were no media %s', (_, before, after, keyFrameRequests) => {
    const missing = { incoming: null, outgoing: null, quality: null };
    expect(connectionStats('anna', before, after, 1)).toEqual({ id: 'anna', ...missing, keyFrameRequests });
  });
});
