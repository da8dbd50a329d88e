/** The stream that a bot sends. */
export interface Source {
  ssrc: number;
  cname: string;
}

const OF_A_STREAM = /^a=(ssrc|ssrc-group|msid):.*\r?\n/gm;

/**
 * An answer that says what a bot really sends: `source` on the first video m-line (RFC 5576), and nothing elsewhere. The library
 * answers what it is offered, the other side's streams included.
 */
export function withSource(answer: string, source: Source | null): string {
  const sections = answer.split(/(?=^m=)/m);
  const sending = sections.findIndex((section) => section.startsWith('m=video'));
  return sections
    .map((section, index) => {
      if (!section.startsWith('m=')) return section;
      const own = section.replace(OF_A_STREAM, '');
      if (source && index === sending) return `${own}a=ssrc:${source.ssrc} cname:${source.cname}\r\n`;
      return own.replace(/^a=sendrecv/m, 'a=recvonly').replace(/^a=sendonly/m, 'a=inactive');
    })
    .join('');
}

const CANDIDATE = /^a=(candidate:.*|end-of-candidates)\r?\n/gm;

/**
 * A description without its candidates, and these apart. The library starts to check addresses before it knows the fingerprint of
 * the other side, and gives up when that was faster to connect: an offerer's candidates may be known only behind the answer.
 */
export function withoutCandidates(sdp: string): { sdp: string; candidates: string[] } {
  const candidates = [...sdp.matchAll(CANDIDATE)].flatMap(([, line = '']) => (line.includes(' typ ') ? [line] : []));
  return { sdp: sdp.replace(CANDIDATE, ''), candidates };
}

/** The payload type of a description's first video m-line. */
export function videoPayloadType(sdp: string): number {
  const found = /^m=video \d+ \S+ (\d+)/m.exec(sdp);
  if (!found) throw new Error('the description has no video m-line');
  return Number(found[1]);
}
