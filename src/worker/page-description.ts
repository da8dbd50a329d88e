import { dataSection, isData } from './data-line.ts';

/**
 * webrtcbin only receives: its descriptions have one m-line for the page's sound and one for its picture. The page sees the same m-lines
 * with what is sent to it on them, one for data channels, one more for each further slot, and those that it has made itself. So boxes come
 * and go on the page by re-offers that webrtcbin takes no part in.
 */

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;

/**
 * How an m-line looks to the page; `streamId` is the msid whose box shows it, absent when inactive. The SSRC is told because Chromium
 * paints no video once a description has two video m-lines without one, and on inactive m-lines because it paints none again once
 * the SSRC was gone meanwhile.
 */
export type MediaLine = SlotLine | PageLine;

/** An m-line of ours; on those that are `sendrecv` or `recvonly` the page may send as well. */
export type SlotLine = { ssrc: number; cname: string; maxBitrateBps?: number } & (
  { direction: 'sendrecv' | 'sendonly'; streamId: string; trackId: string } | { direction: 'recvonly' | 'inactive' }
);

/** The kinds of media that an m-line can be of. */
export type MediaKind = 'audio' | 'video' | 'application';

/** An m-line that the page has made, on which nothing is sent to it. One that is refused stays in its place (RFC 8829, section 5.2.2). */
export interface PageLine {
  kind: MediaKind;
  mid: string;
  direction: 'recvonly' | 'inactive' | 'refused';
  maxBitrateBps?: number;
}

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
  const receives = line.direction === 'sendrecv' || line.direction === 'recvonly';
  return section.flatMap((text) => {
    if (text.startsWith('c=') && receives && line.maxBitrateBps) return [text, `b=TIAS:${line.maxBitrateBps}`];
    return DIRECTION.test(text) ? direction(line) : [text];
  });
}

function direction(line: MediaLine): string[] {
  if ('mid' in line) return [`a=${line.direction === 'recvonly' ? 'recvonly' : 'inactive'}`];
  const msid = 'streamId' in line ? [`a=msid:${line.streamId} ${line.trackId}`] : [];
  return [`a=${line.direction}`, ...msid, `a=ssrc:${line.ssrc} cname:${line.cname}`];
}

const newMediaId = (index: number) => `video${index}`;

/** Whether an id is of the form that our own m-lines have. */
export function isOurMediaId(mid: string): boolean {
  return /^(audio|video|application)\d+$/.test(mid);
}

/** The m-section of a further slot, made of webrtcbin's own video section. */
function slotSection(video: readonly string[], { direction }: SlotLine, index: number): string[] {
  const sendsOnly = direction === 'sendonly' || direction === 'inactive';
  return withMediaId(sendsOnly ? sendingSection(video) : video, newMediaId(index));
}

const withMediaId = (section: readonly string[], mid: string) =>
  section.map((line) => line.replace(/^a=mid:.*/, `a=mid:${mid}`));

/** What is left of an m-section when nothing is received on it: one codec, and nothing that is about receiving. */
function sendingSection(video: readonly string[]): string[] {
  const format = /^m=video \d+ \S+ (\d+)/.exec(video[0] ?? '')?.[1] ?? '';
  return video
    .filter((line) => {
      const other = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
      return (other ?? format) === format && !/^a=(extmap:|rtcp-fb:\d+ transport-cc)/.test(line);
    })
    .map((line) => line.replace(/^(m=video \d+ \S+) .*/, `$1 ${format}`));
}

/** The m-section of a line that the page has made: all that webrtcbin can receive of its kind. */
function pageMadeSection(media: readonly string[][], { kind, mid, direction }: PageLine): string[] {
  const section = media.find(([head]) => head?.startsWith(`m=${kind} `));
  if (direction === 'refused' || !section) return [...REFUSED[kind], `a=mid:${mid}`];
  return withMediaId(section, mid);
}

const REFUSED: Record<MediaKind, readonly string[]> = {
  audio: ['m=audio 0 UDP/TLS/RTP/SAVPF 0', 'c=IN IP4 0.0.0.0', 'a=inactive'],
  video: ['m=video 0 UDP/TLS/RTP/SAVPF 0', 'c=IN IP4 0.0.0.0', 'a=inactive'],
  application: ['m=application 0 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0'],
};

/** webrtcbin's offer with the m-line of the data channels behind its own: what the page's descriptions are made of. */
export function withDataLine(offer: string): string {
  const { session, media } = splitDescription(offer);
  const section = dataSection(media[0] ?? [], media.length);
  return joinDescription({
    session: session.map((line) => (line.startsWith('a=group:BUNDLE') ? `${line} ${mediaIdOf(section)}` : line)),
    media: [...media, section],
  });
}

/** The description without the m-line of our data channels, as webrtcbin should see it. */
export function withoutDataLine({ session, media }: Sections): Sections {
  const mids = new Set(media.filter(isData).map(mediaIdOf));
  const bundled = (line: string) =>
    line
      .split(' ')
      .filter((mid) => !mids.has(mid))
      .join(' ');
  return {
    session: session.map((line) => (line.startsWith('a=group:BUNDLE') ? bundled(line) : line)),
    media: media.filter((section) => !isData(section)),
  };
}

/**
 * webrtcbin's offer as the page should see it, with the line of the data channels already in it: `lines` has one entry per m-line with media, those that webrtcbin does not have
 * included; `version` is the o-line's, which must grow with each offer (RFC 8829, section 5.2.2).
 */
export function toPage(offer: string, lines: readonly MediaLine[], version: number): string {
  const { session, media } = splitDescription(offer);
  const video = media.findLast((section) => section[0]?.startsWith('m=video ')) ?? [];
  const own = media.filter((section) => !isData(section)).length;
  const further = lines
    .slice(own)
    .map((line, index) =>
      pageSection('mid' in line ? pageMadeSection(media, line) : slotSection(video, line, own + index), line),
    );
  const left = [...lines];
  const known = media.map((section) => {
    if (isData(section)) return section;
    const line = left.shift();
    return line ? pageSection(section, line) : section;
  });
  const sections = [...known, ...further];
  const bundled = sections.filter((section) => !isRefused(section)).map((section) => ` ${mediaIdOf(section)}`);
  return joinDescription({
    session: session.map((line) =>
      line
        .replace(/^(o=\S+ \S+) \S+/, `$1 ${version}`)
        .replace(/^a=group:BUNDLE.*/, `a=group:BUNDLE${bundled.join('')}`),
    ),
    media: sections,
  });
}

/** The value of an m-section's `a=mid`, or ''. */
export const mediaIdOf = (section: readonly string[]) =>
  section.find((line) => line.startsWith('a=mid:'))?.slice(6) ?? '';

/** Whether an m-section has been refused, that is, has port 0 and is not in a bundle (RFC 8843, section 7.3.3). */
export function isRefused(section: readonly string[]): boolean {
  return /^m=\w+ 0 /.test(section[0] ?? '') && !section.includes('a=bundle-only');
}

/** The m-sections of a description without that of our data channels. */
export function mediaSections(sdp: string): string[][] {
  return splitDescription(sdp).media.filter((section) => !isData(section) || !isOurMediaId(mediaIdOf(section)));
}

/** The values of `a=mid` in the order of the m-lines. */
export function mediaIds(sdp: string): string[] {
  return splitDescription(sdp).media.map(mediaIdOf);
}
