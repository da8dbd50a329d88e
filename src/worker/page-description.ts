/**
 * webrtcbin only receives: its descriptions have one m-line for the page's sound and one for its picture. The page sees the same
 * m-lines with what is sent to it on them, and one more for each further slot. So boxes come and go on the page by re-offers that
 * webrtcbin takes no part in.
 */

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;

/**
 * How an m-line looks to the page; `streamId` is the msid whose box shows it, absent when inactive. The SSRC is told because Chromium
 * paints no video once a description has two video m-lines without one, and on inactive m-lines because it paints none again once
 * the SSRC was gone meanwhile.
 */
export type MediaLine = { ssrc: number; cname: string } & (
  | { direction: 'sendrecv' | 'sendonly'; streamId: string; trackId: string; maxBitrateBps?: number }
  | { direction: 'inactive' }
);

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
  return section.flatMap((text) => {
    if (text.startsWith('c=') && line.direction === 'sendrecv' && line.maxBitrateBps)
      return [text, `b=TIAS:${line.maxBitrateBps}`];
    if (!DIRECTION.test(text)) return [text];
    const source = `a=ssrc:${line.ssrc} cname:${line.cname}`;
    if (line.direction === 'inactive') return ['a=inactive', source];
    return [`a=${line.direction}`, `a=msid:${line.streamId} ${line.trackId}`, source];
  });
}

const mediaIdOf = (index: number) => `video${index}`;

/** The m-section of a slot that only sends, made of webrtcbin's own video section: one codec, and nothing that is about receiving. */
function furtherSection(video: readonly string[], index: number): string[] {
  const format = /^m=video \d+ \S+ (\d+)/.exec(video[0] ?? '')?.[1] ?? '';
  return video
    .filter((line) => {
      const other = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
      return (other ?? format) === format && !/^a=(extmap:|rtcp-fb:\d+ transport-cc)/.test(line);
    })
    .map((line) =>
      line.replace(/^(m=video \d+ \S+) .*/, `$1 ${format}`).replace(/^a=mid:.*/, `a=mid:${mediaIdOf(index)}`),
    );
}

/**
 * webrtcbin's offer as the page should see it: `lines` has one entry per m-line, those that webrtcbin does not have included;
 * `version` is the o-line's, which must grow with each offer (RFC 8829, section 5.2.2).
 */
export function toPage(offer: string, lines: readonly MediaLine[], version: number): string {
  const { session, media } = splitDescription(offer);
  const video = media.at(-1) ?? [];
  const further = lines.slice(media.length).map((_, index) => furtherSection(video, media.length + index));
  const bundled = further.map((_, index) => ` ${mediaIdOf(media.length + index)}`).join('');
  return joinDescription({
    session: session.map((line) =>
      line.replace(/^(o=\S+ \S+) \S+/, `$1 ${version}`).replace(/^a=group:BUNDLE.*/, `$&${bundled}`),
    ),
    media: [...media, ...further].map((section, index) => {
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
