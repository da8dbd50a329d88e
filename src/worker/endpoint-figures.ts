import type { EndpointFigures, SourceFigures } from '../protocol/media-ipc/figures.ts';
import type { IncomingSource, TransportFigures } from './gst/binding.ts';

/** Opus by RTP (RFC 7587, section 4.1) and all video (RFC 3551, section 5). */
const KINDS: Readonly<Record<number, SourceFigures['kind']>> = { 48_000: 'audio', 90_000: 'video' };

function sourceFigures({ ssrc, clockRate, packets, bytes, lostPackets, jitter }: IncomingSource): SourceFigures[] {
  const kind = KINDS[clockRate];
  return kind ? [{ ssrc, kind, packets, bytes, lostPackets, jitterMs: (jitter * 1000) / clockRate }] : [];
}

/** What an endpoint tells of itself. */
export function endpointFigures(transport: TransportFigures, slots: number): EndpointFigures {
  const { sources, roundTripUs } = transport;
  return {
    receivedBytes: transport.receivedBytes,
    sources: sources.flatMap(sourceFigures),
    sentBytes: transport.bytes,
    sentPackets: transport.packets,
    reportedPackets: transport.expectedPackets,
    lostPackets: transport.lostPackets,
    roundTripMs: roundTripUs < 0 ? null : roundTripUs / 1000,
    keyFrameRequests: transport.keyFrameRequests,
    slots,
  };
}
