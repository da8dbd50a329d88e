import { WebstreamerError } from '../../protocol/errors.ts';
import type { TextFrame } from '../../protocol/signalling/text-frame.ts';
import type { ChatText } from './chat-frames.ts';

/** The most characters that one person's texts may have, whole or in parts. */
export const MAX_TEXT_LENGTH = 1_000_000;
const MAX_PARTS = 2_000;
/** Texts of one person of which parts are still to come. A page sends the parts of several texts by turns. */
const MAX_UNFINISHED = 16;
/** A page sends the next part after 100 ms. */
const MAX_PAUSE_MS = 20_000;

interface Unfinished {
  parts: string[];
  length: number;
  atMs: number;
}

/** Puts the parts of one person's texts together, in bounded memory and time. What is refused is forgotten, with all its parts. */
export class TextAssembly {
  readonly #unfinished = new Map<string, Unfinished>();

  /** Takes a frame; the whole text if this was its last part. Throws `bad-message` or `message-too-large`. Time in ms. */
  take(frame: TextFrame, nowMs: number): ChatText | null {
    const { uuid, message, last = false, isobject = false } = frame;
    this.#forgetOld(nowMs);
    const { parts, length } = this.#begun(frame);
    this.#unfinished.delete(uuid);
    if (this.#length + length + message.length > MAX_TEXT_LENGTH || parts.length === MAX_PARTS)
      throw new WebstreamerError('message-too-large');
    parts.push(message);
    if (last) return { text: parts.join(''), isObject: isobject };
    if (this.#unfinished.size === MAX_UNFINISHED)
      throw new WebstreamerError('message-too-large', `${MAX_UNFINISHED} texts are unfinished already`);
    this.#unfinished.set(uuid, { parts, length: length + message.length, atMs: nowMs });
    return null;
  }

  /** Forgets a text of which a part could not be taken. */
  forget(uuid: string): void {
    this.#unfinished.delete(uuid);
  }

  #begun({ uuid, packets }: TextFrame): Pick<Unfinished, 'parts' | 'length'> {
    const begun = this.#unfinished.get(uuid);
    if (!begun && packets === undefined)
      throw new WebstreamerError('bad-message', 'a part of a text without its beginning');
    return begun ?? { parts: [], length: 0 };
  }

  get #length(): number {
    return [...this.#unfinished.values()].reduce((sum, { length }) => sum + length, 0);
  }

  #forgetOld(nowMs: number): void {
    for (const [uuid, { atMs }] of this.#unfinished) if (nowMs - atMs > MAX_PAUSE_MS) this.#unfinished.delete(uuid);
  }
}
