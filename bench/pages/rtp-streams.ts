/** An RTP stream of a page, as its own statistics have it since it began (https://www.w3.org/TR/webrtc-stats). */
export interface RtpStream {
  id: string;
  direction: 'inbound' | 'outbound';
  kind: 'audio' | 'video';
  /** Payload and RTP headers. */
  bytes: number;
  /** Frames decoded, or encoded. */
  frames: number;
  /** What the encoder aims at, in bit/s; 0 for an inbound stream. */
  targetBps: number;
  freezes: number;
  freezeSeconds: number;
  /** All frames together, from their first packet to the decoder. */
  jitterBufferSeconds: number;
  jitterBufferFrames: number;
  /** Samples of sound that were made up for what did not come, and all that were played. */
  concealed: number;
  samples: number;
}

/** The RTP streams of all peer connections of the page that are open. Runs inside the page. */
export async function rtpStreams(): Promise<RtpStream[]> {
  const open = probe.peers.filter(({ connectionState }) => connectionState !== 'closed');
  const reports = await Promise.all(open.map((peer) => peer.getStats()));
  return reports.flatMap((report, peer) =>
    [...(report.values() as Iterable<Record<string, string | number | undefined>>)].flatMap((stats) => {
      const direction =
        stats.type === 'inbound-rtp' ? 'inbound' : stats.type === 'outbound-rtp' ? 'outbound' : undefined;
      if (!direction) return [];
      const number = (field: string) => Number(stats[field] ?? 0);
      return {
        id: `${String(peer)}/${String(stats.id)}`,
        direction,
        kind: stats.kind as RtpStream['kind'],
        bytes:
          number('bytesSent') + number('headerBytesSent') + number('bytesReceived') + number('headerBytesReceived'),
        frames: number('framesDecoded') + number('framesEncoded'),
        targetBps: number('targetBitrate'),
        freezes: number('freezeCount'),
        freezeSeconds: number('totalFreezesDuration'),
        jitterBufferSeconds: number('jitterBufferDelay'),
        jitterBufferFrames: number('jitterBufferEmittedCount'),
        concealed: number('concealedSamples') - number('silentConcealedSamples'),
        samples: number('totalSamplesReceived'),
      };
    }),
  );
}
