/**
 * The session description that the page sees differs from webrtcbin's in the direction and the msid of each m-line: boxes come and
 * go on the page by re-offers that webrtcbin takes no part in, because it cannot change a direction once it is set.
 */

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;

/** How an m-line looks to the page; `streamId` is the msid whose box shows it, absent when inactive. */
export type MediaLine =
  | { direction: 'sendrecv' | 'sendonly'; streamId: string; trackId: string; maxBitrateBps?: number }
  | { direction: 'inactive' };

/** A description in parts: the lines before the first m-line, and those of each m-section. */
export interface Sections {
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

/** The description of the parts, each line ended as RFC 8866 asks. */
export function joinDescription({ session, media }: Sections): string {
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

/** The values of `a=mid` in the order of the m-lines. */
export function mediaIds(sdp: string): string[] {
  return splitDescription(sdp).media.map(
    (section) => section.find((line) => line.startsWith('a=mid:'))?.slice(6) ?? '',
  );
}
