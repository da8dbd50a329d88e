import { isData, type PageData, pageData, problemOfData } from './data-line.ts';
import { isSameH264 } from './h264-parameters.ts';
import { isRefused, joinDescription, type Sections, splitDescription, withoutDataLine } from './page-description.ts';

/**
 * A page's answer is foreign text, and webrtcbin takes much on trust while its worker serves many people. So nothing of it goes to
 * webrtcbin as it is: it is compared with the offer, and the answer that webrtcbin gets is the offer's own text with the few values
 * that only the page knows (RFC 8829, section 5.3.1; RFC 8122; RFC 8839; RFC 8843).
 */

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;
/** What a page may answer to each direction that is offered. */
const REPLIES: Record<string, readonly string[]> = {
  sendrecv: ['sendrecv', 'sendonly', 'recvonly', 'inactive'],
  sendonly: ['recvonly', 'inactive'],
  recvonly: ['sendonly', 'inactive'],
  // Libraries (libdatachannel) answer an m-line that once was `sendonly` with `recvonly` all the same; nothing is sent on it then.
  inactive: ['inactive', 'recvonly'],
};

const TRANSPORT = ['ice-ufrag', 'ice-pwd', 'fingerprint', 'setup'] as const;
const ICE_UFRAG = /^[\w+/-]{4,256}$/;
const ICE_PWD = /^[\w+/-]{22,256}$/;
const FINGERPRINT = /^sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$/i;
const DTLS_ROLE = /^(active|passive)$/;

const SSRC = /^a=ssrc:([1-9]\d{0,9}) cname:[\x21-\x7e]{1,255}$/;
const LARGEST_SSRC = 2 ** 32 - 1;
/** A page sends one stream and its repairs on an m-line. */
const MAX_SSRCS = 4;

/** Lines of the offer that hold for webrtcbin only if the page has answered them as well. */
const AGREED = /^a=(rtcp-fb|extmap|rtcp-rsize)\b/;
/** Lines of the offer that speak of its own side alone. */
const ONE_SIDED =
  /^(b=|a=(setup|ice-ufrag|ice-pwd|fingerprint|bundle-only|rtcp-mux-only|sendrecv|sendonly|recvonly|inactive|msid|ssrc|ssrc-group|sctp-port|max-message-size)\b)/;

/** The values of `a=<name>:` that hold for an m-section: its own ones, or the session's. */
export function valuesOf(name: string, section: readonly string[], session: readonly string[] = []): string[] {
  const prefix = `a=${name}:`;
  const own = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  const values = own(section);
  return values.length > 0 ? values : own(session);
}

/** The directions that an m-section names. */
export const directionsOf = (section: readonly string[]) => section.flatMap((line) => DIRECTION.exec(line)?.[1] ?? []);

/** What an m-line says. */
export interface MediaHead {
  kind: string;
  port: number;
  formats: string[];
}

/** The m-line of an m-section of sound or pictures, or null. */
export function headOf(section: readonly string[]): MediaHead | null {
  const match = /^m=(audio|video) (\d{1,5}) UDP\/TLS\/RTP\/SAVPF((?: \d{1,3})+)$/.exec(section[0] ?? '');
  if (!match) return null;
  const [, kind = '', port, formats = ''] = match;
  return { kind, port: Number(port), formats: formats.trim().split(' ') };
}

/** What is said of a payload type by `a=rtpmap` or `a=fmtp`. */
const valuesOfFormat = (name: 'rtpmap' | 'fmtp', lines: readonly string[], format: string) =>
  valuesOf(name, lines).filter((value) => value.startsWith(`${format} `));

/** The payload types of the offer that mean the same codec in the answer, in the offer's order. */
export function commonFormats(section: readonly string[], offered: readonly string[]): string[] {
  const codecs = (lines: readonly string[], format: string) =>
    valuesOfFormat('rtpmap', lines, format).map((value) => value.toLowerCase());
  const parameters = (lines: readonly string[], format: string) => valuesOfFormat('fmtp', lines, format);
  const answered = new Set(headOf(section)?.formats);
  return (headOf(offered)?.formats ?? []).filter((format) => {
    const [codec = ''] = codecs(offered, format);
    const same = codecs(section, format);
    if (!answered.has(format) || same.length === 0 || same.some((value) => value !== codec)) return false;
    return !codec.includes(' h264/') || isSameH264(parameters(section, format), parameters(offered, format));
  });
}

/** The offered codec in words: `VP8/90000`, or `H264/90000` with its parameters. */
function codecOf(offered: readonly string[]): string {
  const format = headOf(offered)?.formats[0] ?? '';
  const values = [...valuesOfFormat('rtpmap', offered, format), ...valuesOfFormat('fmtp', offered, format)];
  return values.map((value) => value.slice(value.indexOf(' ') + 1)).join(' ');
}

/** What is wrong with a page's answer to the offer that it has seen, or null. */
export function problemOfAnswer(answer: string, offer: string): string | null {
  const { session, media } = splitDescription(answer);
  const offered = splitDescription(offer);
  if (session[0] !== 'v=0') return 'it does not begin with v=0';
  if (media.length !== offered.media.length) return `it has ${media.length} m-lines, the offer ${offered.media.length}`;
  for (const [index, section] of media.entries()) {
    const offeredSection = offered.media[index] ?? [];
    if (isRefused(offeredSection) && isRefused(section)) continue;
    const problem = problemOfMedia(section, offeredSection) ?? problemOfTransport(section, session);
    if (problem) return `m-line ${index}: ${problem}`;
  }
  return problemOfBundle({ session, media }, offered);
}

function problemOfMedia(section: string[], offered: string[]): string | null {
  if (isData(offered)) return problemOfData(section, offered);
  const head = headOf(section);
  if (!head) return 'it cannot be understood';
  if (head.kind !== headOf(offered)?.kind) return 'it is of another kind than the offer';
  if (head.port === 0) return `it is refused, as by a page that cannot do ${codecOf(offered)}`;
  const mids = valuesOf('mid', section);
  if (mids.length !== 1 || mids[0] !== valuesOf('mid', offered)[0]) return 'its mid is another than the offer’s';
  const [offeredDirection = ''] = directionsOf(offered);
  const directions = directionsOf(section);
  if (directions.length !== 1) return 'it has no direction, or several';
  const [direction = ''] = directions;
  if (!REPLIES[offeredDirection]?.includes(direction))
    return `its direction, ${direction}, does not fit the offer’s, ${offeredDirection}`;
  if (!section.includes('a=rtcp-mux')) return 'it has no rtcp-mux';
  if (commonFormats(section, offered)[0] !== headOf(offered)?.formats[0])
    return `it does not take the offered codec, ${codecOf(offered)}`;
  return null;
}

/** The values of the page's transport, as an m-section of a page's answer has them. */
export function transportOf(section: readonly string[], session: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    TRANSPORT.map((name) => {
      const [value = ''] = valuesOf(name, section, session);
      return [name, name === 'fingerprint' ? value.toUpperCase() : value];
    }),
  );
}

/** What is wrong with what an m-section of a page says of its transport, or null. */
export function problemOfTransport(section: string[], session: string[]): string | null {
  const has = (name: string, pattern: RegExp) => {
    const values = valuesOf(name, section, session);
    return values.length === 1 && pattern.test(values[0] ?? '');
  };
  if (!has('ice-ufrag', ICE_UFRAG) || !has('ice-pwd', ICE_PWD)) return 'it has no ICE credentials';
  if (!has('fingerprint', FINGERPRINT)) return 'it has no SHA-256 fingerprint';
  if (!has('setup', DTLS_ROLE)) return 'it has no DTLS role';
  return null;
}

/** All m-lines share one transport, so they must agree about it. */
function problemOfBundle({ session, media }: Sections, offered: Sections): string | null {
  const bundled = ({ session: lines }: Sections) =>
    valuesOf('group', lines)
      .filter((group) => group.startsWith('BUNDLE '))
      .map((group) => group.split(' ').slice(1));
  const groups = bundled({ session, media });
  const [wanted = []] = bundled(offered);
  const inGroup = new Set(groups[0]);
  if (groups.length > 1 || !wanted.every((mid) => inGroup.has(mid))) return 'it does not bundle what the offer bundles';
  const used = media.filter((section) => !isRefused(section));
  for (const name of TRANSPORT) {
    const values = new Set(used.map((section) => valuesOf(name, section, session)[0]?.toUpperCase()));
    if (values.size > 1) return `its m-lines differ in ${name}`;
  }
  return null;
}

/**
 * The page's answer as webrtcbin should see it, without data channels; `offer` is webrtcbin's own with their line, and `answer` one in
 * which `problemOfAnswer` finds nothing.
 * Every m-line sends, also those on which the page does not: webrtcbin would not listen to the page's RTCP otherwise.
 */
export function toWebrtcbin(answer: string, offer: string): string {
  const { session, media } = splitDescription(answer);
  const offered = splitDescription(offer);
  const taken = new Set<string>();
  const answered = offered.media.map((section, index) =>
    isData(section) ? section : answeredSection(media[index] ?? [], section, session, taken),
  );
  return joinDescription(withoutDataLine({ session: offered.session, media: answered }));
}

/** What the page's answer says of its data channels; `answer` = one in which `problemOfAnswer` finds nothing. */
export function dataOf(answer: string): PageData {
  const { session, media } = splitDescription(answer);
  const section = media.find(isData) ?? [];
  return pageData(section, valuesOf('setup', section, session)[0]);
}

function answeredSection(section: string[], offered: string[], session: string[], taken: Set<string>): string[] {
  const formats = new Set(commonFormats(section, offered));
  const answered = new Set(section);
  const common = offered.slice(1).filter((line) => !ONE_SIDED.test(line) && isCommon(line, formats, answered));
  const transport = TRANSPORT.map((name) => `a=${name}:${valuesOf(name, section, session)[0] ?? ''}`);
  return [
    `m=${headOf(offered)?.kind ?? ''} 9 UDP/TLS/RTP/SAVPF ${[...formats].join(' ')}`,
    ...common,
    ...transport,
    'a=sendonly',
    ...sourcesOf(section, taken),
  ];
}

/** Whether a line of ours holds for both sides: it is of one of the common formats, and agreed on where it has to be. */
export function isCommon(line: string, formats: ReadonlySet<string>, theirs: ReadonlySet<string>): boolean {
  const format = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
  return (format === undefined || formats.has(format)) && (!AGREED.test(line) || theirs.has(line));
}

/** What the page says of its streams' sources; no source is believed twice. */
export function sourcesOf(section: string[], taken: Set<string>): string[] {
  const own: string[] = [];
  const sources = section.filter((line) => {
    const ssrc = SSRC.exec(line)?.[1];
    if (ssrc === undefined || Number(ssrc) > LARGEST_SSRC || taken.has(ssrc) || own.length === MAX_SSRCS) return false;
    taken.add(ssrc);
    own.push(ssrc);
    return true;
  });
  const groups = section.filter((line) => {
    const pair = /^a=ssrc-group:FID (\d+) (\d+)$/.exec(line);
    return pair !== null && own.includes(pair[1] ?? '') && own.includes(pair[2] ?? '');
  });
  return [...groups.slice(0, 1), ...sources];
}
