import type { Repair } from './gst/binding.ts';
import { directionsOf, headOf, sourcesOf } from './page-answer.ts';
import { isRefused, splitDescription } from './page-description.ts';

/** What a page says that it sends on an m-line. One that names no source sends nothing that could be told apart, so it is as if it sent nothing. */
export interface SentStream {
  /** The m-line's index. */
  line: number;
  kind: string;
  /** The msid's stream id, null when it has none. */
  streamId: string | null;
  /** The sources of the stream and of its repairs. */
  ssrcs: readonly number[];
  /** On which of them packets of which other one are sent again (RFC 5576, section 4.2). */
  repair: Repair | null;
}

const MSID = /^a=msid:([\x21-\x7e]{1,256}) [\x21-\x7e]+$/;

function repairIn(line: string): Repair | null {
  const [, of, ssrc] = /^a=ssrc-group:FID (\d+) (\d+)$/.exec(line) ?? [];
  return of && ssrc ? { ssrc: Number(ssrc), of: Number(of) } : null;
}

/** What a page sends, by its offer or answer. */
export function sentStreams(description: string): SentStream[] {
  const taken = new Set<string>();
  return splitDescription(description).media.flatMap((section, line) => {
    const kind = headOf(section)?.kind;
    const [direction] = directionsOf(section);
    if (!kind || isRefused(section) || (direction !== 'sendrecv' && direction !== 'sendonly')) return [];
    const sources = sourcesOf(section, taken);
    const ssrcs = sources.flatMap((source) => Number(/^a=ssrc:(\d+)/.exec(source)?.[1] ?? []));
    const [repair = null] = sources.flatMap((source) => repairIn(source) ?? []);
    const [streamId = null] = section.flatMap((text) => MSID.exec(text)?.[1] ?? []);
    return ssrcs.length > 0 ? [{ line, kind, streamId: streamId === '-' ? null : streamId, ssrcs, repair }] : [];
  });
}
