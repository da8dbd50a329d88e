/**
 * The session description that the page sees differs from webrtcbin's in the direction and the msid of each m-line: boxes come and
 * go on the page by re-offers that webrtcbin takes no part in, because it cannot change a direction once it is set.
 */

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;

/** How an m-line looks to the page; `streamId` is the msid whose box shows it, absent when inactive. */
export type MediaLine =
  | { direction: 'sendrecv' | 'sendonly'; streamId: string; trackId: string; maxBitrateBps?: number }
  | { direction: 'inactive' };

interface Sections {
  session: string[];
  media: string[][];
}

/** Splits a description into its session lines and the lines of each m-section. */
export function splitDescription(sdp: string): Sections {
  const sections: string[][] = [[]];
  for (const line of sdp.split(/\r?\n/)) {
    if (line === '') continue;
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line);
  }
  const [session = [], ...media] = sections;
  return { session, media };
}

function joinDescription({ session, media }: Sections): string {
  return [...session, ...media.flat()].map((line) => `${line}\r\n`).join('');
}

function pageSection(section: string[], line: MediaLine): string[] {
  return section
    .filter((text) => !text.startsWith('a=msid:') && !/^a=ssrc:\d+ (msid|mslabel|label):/.test(text))
    .flatMap((text) => {
      if (text.startsWith('c=') && line.direction === 'sendrecv' && line.maxBitrateBps)
        return [text, `b=TIAS:${line.maxBitrateBps}`];
      if (!DIRECTION.test(text)) return [text];
      if (line.direction === 'inactive') return ['a=inactive'];
      return [`a=${line.direction}`, `a=msid:${line.streamId} ${line.trackId}`];
    });
}

/**
 * webrtcbin's offer as the page should see it: `lines` has one entry per m-line; `version` is the o-line's, which must grow with
 * each offer (RFC 8829, section 5.2.2).
 */
export function toPage(offer: string, lines: readonly MediaLine[], version: number): string {
  const { session, media } = splitDescription(offer);
  return joinDescription({
    session: session.map((line) => line.replace(/^(o=\S+ \S+) \S+/, `$1 ${version}`)),
    media: media.map((section, index) => {
      const line = lines[index];
      return line ? pageSection(section, line) : section;
    }),
  });
}

/** The page's answer as webrtcbin should see it: every slot that it sends is received. */
export function toWebrtcbin(answer: string, offer: string): string {
  const { session, media } = splitDescription(answer);
  const offered = splitDescription(offer).media;
  return joinDescription({
    session,
    media: media.map((section, index) =>
      offered[index]?.includes('a=sendonly')
        ? section.map((line) => (line === 'a=inactive' ? 'a=recvonly' : line))
        : section,
    ),
  });
}

/** The values of `a=mid` in the order of the m-lines. */
export function mediaIds(sdp: string): string[] {
  return splitDescription(sdp).media.map(
    (section) => section.find((line) => line.startsWith('a=mid:'))?.slice(6) ?? '',
  );
}

/**
 * What is wrong with a page's answer to `offer`, or null. webrtcbin takes much on trust, and a worker serves many people: what
 * every WebRTC answer must have is required before it sees one (RFC 8829, section 5.3.1; RFC 8122).
 */
export function problemOfAnswer(answer: string, offer: string): string | null {
  const { session, media } = splitDescription(answer);
  const offered = splitDescription(offer).media;
  if (session[0] !== 'v=0') return 'it does not begin with v=0';
  if (media.length !== offered.length) return `it has ${media.length} m-lines, the offer ${offered.length}`;
  for (const [index, section] of media.entries()) {
    const problem = problemOfSection(section, offered[index] ?? [], session);
    if (problem) return `m-line ${index}: ${problem}`;
  }
  return null;
}

function problemOfSection(section: string[], offered: string[], session: string[]): string | null {
  const kindOf = (lines: string[]) => /^m=(\w+) \d+ /.exec(lines[0] ?? '')?.[1];
  const has = (pattern: RegExp) => [...section, ...session].some((line) => pattern.test(line));
  if (kindOf(section) === undefined || kindOf(section) !== kindOf(offered))
    return 'it is of another kind than the offer';
  if (/^m=\w+ 0 /.test(section[0] ?? '')) return 'it is refused';
  if (mediaIds(section.join('\n'))[0] !== mediaIds(offered.join('\n'))[0]) return 'its mid is another than the offer’s';
  if (!section.some((line) => DIRECTION.test(line))) return 'it has no direction';
  if (!has(/^a=ice-ufrag:[\w+/-]{4,256}$/) || !has(/^a=ice-pwd:[\w+/-]{22,256}$/)) return 'it has no ICE credentials';
  if (!has(/^a=fingerprint:sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$/i)) return 'it has no SHA-256 fingerprint';
  if (!has(/^a=setup:(active|passive)$/)) return 'it has no DTLS role';
  return null;
}
