import { z } from 'zod';

/** One stream that comes from a page; all counts are since it began. */
export const SourceFigures = z.object({
  ssrc: z.number(),
  kind: z.enum(['audio', 'video']),
  packets: z.number(),
  /** With the headers of RTP, UDP and IP. */
  bytes: z.number(),
  /** Expected and not received; below zero where packets came twice. */
  lostPackets: z.number(),
  jitterMs: z.number(),
});
/** See {@link SourceFigures}. */
export type SourceFigures = z.infer<typeof SourceFigures>;

/** What one endpoint has received and sent since it was made. */
export const EndpointFigures = z.object({
  /** Everything that came on the page's sockets. */
  receivedBytes: z.number(),
  sources: z.array(SourceFigures),
  sentBytes: z.number(),
  sentPackets: z.number(),
  /** Packets that the page's receiver reports cover, and those of them that it has not got; repeats count as received. */
  reportedPackets: z.number(),
  lostPackets: z.number(),
  /** By the page's reports, smoothed; null while it is not known. */
  roundTripMs: z.number().nullable(),
  /** Key frames that the page was asked for. */
  keyFrameRequests: z.number(),
  /** Pictures that the page can be shown at once. */
  slots: z.number(),
});
/** See {@link EndpointFigures}. */
export type EndpointFigures = z.infer<typeof EndpointFigures>;

/** The figures of endpoints whose media are up, by their ids. */
export const RoomFigures = z.record(z.string(), EndpointFigures);

/** What a worker has received and sent since it was started, with endpoints that have ended. */
export const TrafficFigures = z.object({
  receivedBytes: z.number(),
  receivedPackets: z.number(),
  receivedLostPackets: z.number(),
  sentBytes: z.number(),
  sentPackets: z.number(),
  reportedPackets: z.number(),
  lostPackets: z.number(),
  keyFrameRequests: z.number(),
  /** Of the endpoints of the moment: pictures that come from pages, and that pages can be shown. */
  sources: z.number(),
  slots: z.number(),
});
/** See {@link TrafficFigures}. */
export type TrafficFigures = z.infer<typeof TrafficFigures>;

/** What nobody has sent. */
export const NO_TRAFFIC: TrafficFigures = {
  receivedBytes: 0,
  receivedPackets: 0,
  receivedLostPackets: 0,
  sentBytes: 0,
  sentPackets: 0,
  reportedPackets: 0,
  lostPackets: 0,
  keyFrameRequests: 0,
  sources: 0,
  slots: 0,
};

/** The sum of what endpoints have received and sent, and of what one more has. */
export function addTraffic(sum: TrafficFigures, one: EndpointFigures): TrafficFigures {
  const of = (count: 'packets' | 'lostPackets') => one.sources.reduce((total, source) => total + source[count], 0);
  return {
    receivedBytes: sum.receivedBytes + one.receivedBytes,
    receivedPackets: sum.receivedPackets + of('packets'),
    receivedLostPackets: sum.receivedLostPackets + Math.max(0, of('lostPackets')),
    sentBytes: sum.sentBytes + one.sentBytes,
    sentPackets: sum.sentPackets + one.sentPackets,
    reportedPackets: sum.reportedPackets + one.reportedPackets,
    lostPackets: sum.lostPackets + Math.max(0, one.lostPackets),
    keyFrameRequests: sum.keyFrameRequests + one.keyFrameRequests,
    sources: sum.sources + one.sources.length,
    slots: sum.slots + one.slots,
  };
}
