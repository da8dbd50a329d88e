import type { z } from 'zod';
import type { ConnectionStats, Incoming, Outgoing } from '../../protocol/http-api/stats.ts';
import type { EndpointFigures, SourceFigures } from '../../protocol/media-ipc/figures.ts';
import { qualityOf } from './quality.ts';

/** What one stream has grown by. */
type Growth = Pick<SourceFigures, 'kind' | 'packets' | 'bytes' | 'lostPackets' | 'jitterMs'>;

const bitrate = (bytes: number, seconds: number) => Math.round(Math.max(0, (bytes * 8) / seconds));

/** The part that was lost; null when nothing was expected. What comes twice can make less than nothing of it. */
function ratio(lost: number, expected: number): number | null {
  return expected > 0 ? Math.min(1, Math.max(0, lost) / expected) : null;
}

function growths(before: EndpointFigures, after: EndpointFigures): Growth[] {
  return after.sources.map((source) => {
    const old = before.sources.find(({ ssrc }) => ssrc === source.ssrc);
    const grown = (count: 'packets' | 'bytes' | 'lostPackets') => source[count] - (old?.[count] ?? 0);
    return { ...source, packets: grown('packets'), bytes: grown('bytes'), lostPackets: grown('lostPackets') };
  });
}

/** That of the sound, which comes evenly; of the picture where there is no sound. */
function jitterOf(all: readonly Growth[]): number | null {
  const live = all.filter(({ packets }) => packets > 0);
  const sounds = live.filter(({ kind }) => kind === 'audio');
  const jitters = (sounds.length > 0 ? sounds : live).map(({ jitterMs }) => jitterMs);
  return jitters.length > 0 ? Math.max(...jitters) : null;
}

function incoming(before: EndpointFigures, after: EndpointFigures, seconds: number): z.infer<typeof Incoming> {
  const all = growths(before, after);
  const sum = (of: (growth: Growth) => number) => all.reduce((total, growth) => total + of(growth), 0);
  const bytesOf = (kind: SourceFigures['kind']) => sum((growth) => (growth.kind === kind ? growth.bytes : 0));
  const lost = sum(({ lostPackets }) => Math.max(0, lostPackets));
  return {
    bitrateBps: bitrate(after.receivedBytes - before.receivedBytes, seconds),
    audioBitrateBps: bitrate(bytesOf('audio'), seconds),
    videoBitrateBps: bitrate(bytesOf('video'), seconds),
    lossRatio: ratio(lost, sum(({ packets }) => packets) + lost),
    jitterMs: jitterOf(all),
  };
}

function outgoing(before: EndpointFigures, after: EndpointFigures, seconds: number): z.infer<typeof Outgoing> {
  return {
    bitrateBps: bitrate(after.sentBytes - before.sentBytes, seconds),
    lossRatio: ratio(after.lostPackets - before.lostPackets, after.reportedPackets - before.reportedPackets),
    roundTripMs: after.roundTripMs,
  };
}

/**
 * The figures of a connection over the time between two looks at its endpoint; null stands for an endpoint that was not up then. One
 * that has come up meanwhile has no rates yet.
 */
export function connectionStats(
  id: string,
  before: EndpointFigures | null,
  after: EndpointFigures | null,
  seconds: number,
): ConnectionStats {
  const keyFrameRequests = after?.keyFrameRequests ?? 0;
  if (!before || !after) return { id, incoming: null, outgoing: null, quality: null, keyFrameRequests };
  const ways = { incoming: incoming(before, after, seconds), outgoing: outgoing(before, after, seconds) };
  return { id, ...ways, quality: qualityOf(ways), keyFrameRequests };
}
