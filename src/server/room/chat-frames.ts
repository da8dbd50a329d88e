import { WebstreamerError } from '../../protocol/errors.ts';
import { describeIssues } from '../../protocol/issues.ts';
import { isShallow } from '../../protocol/json.ts';
import { TextFrame } from '../../protocol/signalling/text-frame.ts';

/**
 * The most characters of a text in one frame. JSON makes six bytes of a character at most, so each frame stays below the 65,536 bytes
 * that every page takes (RFC 8841, section 6).
 */
const PART_LENGTH = 10_000;

/** What somebody says, as it travels: a text, or JSON when `isObject`. */
export interface ChatText {
  text: string;
  isObject: boolean;
}

/** What stands in every frame of a text. `from`, `name` and `id` are for pages that know of us; the others look past them. */
export interface FrameHead {
  uuid: string;
  /** In milliseconds since 1970. */
  sendingTime: number;
  /** The connection whose page has sent it, null for the API. */
  from: string | null;
  /** What its user was called then. */
  name: string | null;
  /** The message's id in the API. */
  id: number;
}

/** The frame in a message of a data channel; throws `bad-message`. */
export function parseFrame(message: string): TextFrame {
  const parsed = TextFrame.safeParse(parseJson(message));
  if (parsed.success) return parsed.data;
  throw new WebstreamerError('bad-message', `not a text of a page: ${describeIssues(parsed.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WebstreamerError('bad-message', 'it is no JSON');
  }
}

/** The frames of a text, as a page sends them. */
export function framesOf({ text, isObject }: ChatText, { uuid, sendingTime, from, name, id }: FrameHead): string[] {
  const packets = Math.floor(text.length / PART_LENGTH);
  const frames: string[] = [];
  for (let start = 0; start === 0 || start < text.length; start += PART_LENGTH) {
    const message = text.slice(start, start + PART_LENGTH);
    const first = start === 0 && { packets };
    const last = start + PART_LENGTH >= text.length && { last: true, isobject: isObject };
    frames.push(JSON.stringify({ type: 'text', uuid, sendingTime, ...first, message, ...last, from, name, id }));
  }
  return frames;
}

/** What a text says; throws `bad-message` when it should be JSON and is not, or is nested too deeply. */
export function dataOf({ text, isObject }: ChatText): unknown {
  if (!isObject) return text;
  const data = parseJson(text);
  if (!isShallow(data)) throw new WebstreamerError('bad-message', 'it is nested too deeply');
  return data;
}

/** How a page sends `data`: a string as it is, anything else as JSON. */
export function textOf(data: unknown): ChatText {
  return typeof data === 'string' ? { text: data, isObject: false } : { text: JSON.stringify(data), isObject: true };
}
