/** The stream that a bot sends. */
export interface Source {
  ssrc: number;
  cname: string;
  /** Where it sends packets of that stream again (RFC 4588). */
  repairSsrc?: number;
}

const OF_A_STREAM = /^a=(ssrc|ssrc-group|msid):.*\r?\n/gm;

/** RFC 5576, sections 4.1 and 4.2. */
function linesOf({ ssrc, cname, repairSsrc }: Source): string {
  const line = (each: number) => `a=ssrc:${each} cname:${cname}\r\n`;
  if (repairSsrc === undefined) return line(ssrc);
  return `a=ssrc-group:FID ${ssrc} ${repairSsrc}\r\n${line(ssrc)}${line(repairSsrc)}`;
}

/** A kind of m-line. */
export type Kind = 'audio' | 'video';

/**
 * An answer that says what a bot really sends: its sources on the first m-line of their kind (RFC 5576), and nothing elsewhere.
 * The library answers what it is offered, the other side's streams included.
 */
export function withSources(answer: string, sources: Partial<Record<Kind, Source>>): string {
  const sections = answer.split(/(?=^m=)/m);
  const kinds = Object.entries(sources).map(
    ([kind, source]) => [sections.findIndex((section) => section.startsWith(`m=${kind}`)), source] as const,
  );
  const sending = new Map(kinds);
  return sections
    .map((section, index) => {
      if (!section.startsWith('m=')) return section;
      const own = section.replace(OF_A_STREAM, '');
      const source = sending.get(index);
      if (source) return own + linesOf(source);
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

/** The payload type of a description's first m-line of a kind. */
export function payloadTypeOf(kind: Kind, sdp: string): number {
  const found = new RegExp(String.raw`^m=${kind} \d+ \S+ (\d+)`, 'm').exec(sdp);
  if (!found) throw new Error(`the description has no ${kind} m-line`);
  return Number(found[1]);
}
