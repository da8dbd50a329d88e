import type { MessageQuery } from '../../protocol/http-api/chat.ts';
import type { ChatText } from './chat-frames.ts';
import type { ChatStay } from './chat-stay.ts';

const MAX_MESSAGES = 500;
const MAX_LENGTH = 2_000_000;

/** Something that has been said; `at` is in milliseconds since 1970, `sender` the stay in which `from`'s user has said it. */
export interface ChatMessage {
  id: number;
  at: number;
  from: string | null;
  name: string | null;
  to: string | null;
  said: ChatText;
  sender: ChatStay | null;
}

/** The latest messages of a room: at most 500, and two million characters. */
export class ChatHistory {
  #messages: ChatMessage[] = [];
  #length = 0;
  #lastId = 0;

  /** A message with the next id; it is not in the history before `add`. */
  make(said: ChatText, rest: Omit<ChatMessage, 'id' | 'said'>): ChatMessage {
    return { id: ++this.#lastId, said, ...rest };
  }

  /** Takes a message in, and lets the oldest go. */
  add(message: ChatMessage): void {
    this.#messages.push(message);
    this.#messages.sort((one, other) => one.id - other.id);
    this.#length += message.said.text.length;
    while (this.#messages.length > MAX_MESSAGES || this.#length > MAX_LENGTH)
      this.#length -= this.#messages.shift()?.said.text.length ?? 0;
  }

  /** The id after which there are `count` messages for everybody, or fewer if there are no more. */
  before(count: number): number {
    const open = this.#messages.filter(({ to }) => to === null);
    const first = count === 0 ? undefined : open.at(-Math.min(count, open.length));
    return (first?.id ?? this.#lastId + 1) - 1;
  }

  /** The first messages after an id: one at least, if there is one, and not many more than `length` characters. */
  after(id: number, count: number, length: number): ChatMessage[] {
    const messages: ChatMessage[] = [];
    let total = 0;
    for (const message of this.#messages) {
      if (message.id <= id) continue;
      total += message.said.text.length;
      if (messages.length === count || (messages.length > 0 && total > length)) break;
      messages.push(message);
    }
    return messages;
  }

  /** The oldest messages after one, or the latest. */
  list({ after, limit }: MessageQuery): ChatMessage[] {
    return after === undefined ? this.#messages.slice(-limit) : this.after(after, limit, Infinity);
  }
}
