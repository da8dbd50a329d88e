import type { EndpointFigures, SourceFigures } from '../protocol/media-ipc/figures.ts';
import type { IncomingSource, TransportFigures } from './gst/binding.ts';

/** Opus by RTP (RFC 7587, section 4.1) and all video (RFC 3551, section 5); repeats of a stream have its clock, too. */
const KINDS: Readonly<Record<number, SourceFigures['kind']>> = { 48_000: 'audio', 90_000: 'video' };

function sourceFigures({ ssrc, clockRate, packets, bytes, lostPackets, jitter }: IncomingSource): SourceFigures[] {
  const kind = KINDS[clockRate];
  return kind ? [{ ssrc, kind, packets, bytes, lostPackets, jitterMs: (jitter * 1000) / clockRate }] : [];
}

/** What an endpoint tells of itself; `receivedBytes` = all that came on its sockets. */
export function endpointFigures(transport: TransportFigures, receivedBytes: number, slots: number): EndpointFigures {
  const { sources, roundTripUs } = transport;
  return {
    receivedBytes,
    sources: sources.flatMap(sourceFigures),
    sentBytes: transport.bytes,
    sentPackets: transport.packets,
    reportedPackets: transport.expectedPackets,
    lostPackets: transport.lostPackets,
    roundTripMs: roundTripUs < 0 ? null : roundTripUs / 1000,
    keyFrameRequests: sources.reduce((sum, source) => sum + source.keyFrameRequests, transport.keyFrameRequests),
    slots,
  };
}
