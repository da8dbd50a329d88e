import { dataAnswer, isData } from './data-line.ts';
import {
  commonFormats,
  directionsOf,
  headOf,
  isCommon,
  problemOfTransport,
  transportOf,
  valuesOf,
} from './page-answer.ts';
import {
  isOurMediaId,
  isRefused,
  joinDescription,
  type MediaKind,
  mediaIdOf,
  mediaSections,
  splitDescription,
} from './page-description.ts';

/**
 * What a page offers is foreign text as its answers are: it is compared with what the two sides have agreed on before, and the answer
 * is made of our own text. Neither webrtcbin nor another page ever sees a line of it.
 */

/** An m-line as a page offers it. */
export interface OfferedLine {
  kind: MediaKind;
  mid: string;
  /** Whether the page means to send on it. */
  sends: boolean;
  /** Whether the page would take something that is sent to it. */
  takes: boolean;
  /** Whether the page has given it up, or means something by it that we cannot take. */
  refused: boolean;
}

/** What the two sides have agreed on: our last description that was answered, or that was an answer, and the page's transport. */
export interface Agreement {
  ours: string;
  /** The values of the page's description that must stay as they are; see {@link transportOf}. */
  transport: Readonly<Record<string, string>>;
}

/** A page makes an m-line each time it shares something, and never uses one of its own again. */
const MAX_LINES = 100;
/** Lines of our offers that do not belong into an answer. */
const NOT_IN_ANSWERS = /^a=(bundle-only|rtcp-mux-only)\b/;
const MEDIA_ID = /^[\w.+-]{1,32}$/;
const DATA_CHANNELS = /^m=application \d{1,5} UDP\/DTLS\/SCTP webrtc-datachannel$/;

/** What is wrong with a page's offer in the middle of a call, or null. */
export function problemOfOffer(offer: string, { ours, transport }: Agreement): string | null {
  const { session, media } = splitDescription(offer);
  const known = splitDescription(ours).media;
  if (session[0] !== 'v=0') return 'it does not begin with v=0';
  if (media.length < known.length) return `it has ${media.length} m-lines, where ${known.length} are agreed on`;
  if (media.length > MAX_LINES) return `it has ${media.length} m-lines`;
  const mids = media.map(mediaIdOf);
  if (new Set(mids).size < mids.length) return 'it has a mid twice';
  for (const [index, section] of media.entries()) {
    const knownSection = known[index];
    const problem =
      problemOfKind(section) ??
      (knownSection && !isRefused(knownSection) ? problemOfKnown(section, knownSection) : problemOfNew(section)) ??
      (isRefused(section) ? null : problemOfOfferedTransport(section, session, transport));
    if (problem) return `m-line ${index}: ${problem}`;
  }
  return problemOfBundle(session, media);
}

function problemOfKind(section: string[]): string | null {
  if (valuesOf('mid', section).length !== 1) return 'it has no mid, or several';
  if (DATA_CHANNELS.test(section[0] ?? '')) return null;
  if (!headOf(section)) return 'it cannot be understood';
  if (isRefused(section)) return null;
  if (directionsOf(section).length !== 1) return 'it has no direction, or several';
  return section.includes('a=rtcp-mux') ? null : 'it has no rtcp-mux';
}

function problemOfKnown(section: string[], known: string[]): string | null {
  if (kindOf(section) !== kindOf(known)) return 'it is of another kind than before';
  if (mediaIdOf(section) !== mediaIdOf(known)) return 'its mid is another than before';
  if (!isOurMediaId(mediaIdOf(known))) return null;
  if (isRefused(section)) return 'it is refused';
  const codec = headOf(known)?.formats[0];
  return commonFormats(section, known)[0] === codec ? null : 'it does not take the agreed codec';
}

function problemOfNew(section: string[]): string | null {
  const mid = mediaIdOf(section);
  if (!MEDIA_ID.test(mid)) return 'its mid cannot be used';
  return isOurMediaId(mid) ? 'its mid could be one of ours' : null;
}

/** A page does not move to another transport by itself (an ICE restart is ours to begin), and ours can only be the DTLS role that it has. */
function problemOfOfferedTransport(
  section: string[],
  session: string[],
  agreed: Agreement['transport'],
): string | null {
  const asAnswer = [...section.filter((line) => !line.startsWith('a=setup:')), `a=setup:${agreed.setup ?? ''}`];
  const problem = problemOfTransport(asAnswer, session);
  if (problem) return problem;
  const offered = transportOf(asAnswer, session);
  return Object.keys(agreed).every((name) => offered[name] === agreed[name])
    ? null
    : 'its transport is another than before';
}

function problemOfBundle(session: string[], media: string[][]): string | null {
  const groups = valuesOf('group', session).filter((group) => group.startsWith('BUNDLE '));
  const bundled = new Set(groups[0]?.split(' ').slice(1));
  const used = media.filter((section) => !isRefused(section));
  return groups.length === 1 && used.every((section) => bundled.has(mediaIdOf(section)))
    ? null
    : 'it does not bundle all its m-lines';
}

/** The m-lines of an offer in which `problemOfOffer` finds nothing, without that of our data channels; `codecs` = our own m-sections with what we can receive. */
export function offeredLines(offer: string, codecs: readonly string[][]): OfferedLine[] {
  return mediaSections(offer).map((section) => {
    const kind = kindOf(section);
    const mid = mediaIdOf(section);
    const own = codecs.find((line) => kindOf(line) === kind);
    const refused = isRefused(section) || isData(section) || !own || !takesCodec(section, own);
    const [direction = ''] = refused ? [] : directionsOf(section);
    return {
      kind,
      mid,
      refused,
      sends: direction === 'sendrecv' || direction === 'sendonly',
      takes: direction === 'sendrecv' || direction === 'recvonly',
    };
  });
}

const takesCodec = (section: string[], own: string[]) => commonFormats(section, own)[0] === headOf(own)?.formats[0];
const kindOf = (section: readonly string[]) => /^m=(\w+)/.exec(section[0] ?? '')?.[1] as MediaKind;

/**
 * The answer to a page's offer, made of `ours`: our description of the same m-lines as an offer, with the directions that the answer
 * should have (RFC 8829, section 5.3.1). `transport` = the page's.
 */
export function answerTo(offer: string, ours: string, transport: Agreement['transport']): string {
  const offered = splitDescription(offer).media;
  const { session, media } = splitDescription(ours);
  return joinDescription({
    session,
    media: media.map((section, index) => answerSection(offered[index] ?? [], section, transport)),
  });
}

function answerSection(offered: string[], ours: string[], transport: Agreement['transport']): string[] {
  if (isRefused(ours)) return ours;
  const formats = new Set(commonFormats(offered, ours));
  const theirs = new Set(offered);
  const role = transport.setup === 'active' ? 'passive' : 'active';
  const lines = ours.slice(1).flatMap((line) => {
    if (line.startsWith('a=setup:')) return [`a=setup:${role}`];
    return NOT_IN_ANSWERS.test(line) || !isCommon(line, formats, theirs) ? [] : [line];
  });
  if (isData(ours)) return dataAnswer(lines);
  return [`m=${kindOf(ours)} 9 UDP/TLS/RTP/SAVPF ${[...formats].join(' ')}`, ...lines];
}
