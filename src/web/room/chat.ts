import { element, make } from '../shared/element.ts';
import type { RoomText } from './text-reader.ts';
import type { Words } from './words.ts';

/** More are dropped from the page, the oldest first. */
const MAX_MESSAGES = 500;

/** What the chat tells the page. */
export interface ChatListener {
  /** Sends a text to everybody; answers whether that was possible. */
  send(text: string): boolean;
  onUnread(count: number): void;
  /** Something came while the chat was closed. */
  onUnseen(name: string, text: string): void;
}

/** What is said in writing. */
export class Chat {
  readonly #words: Words;
  readonly #listener: ChatListener;
  readonly #log = element('chat-log', HTMLElement);
  readonly #empty = element('chat-empty', HTMLElement);
  readonly #field = element('chat-field', HTMLTextAreaElement);
  readonly #hint = element('chat-hint', HTMLElement);
  #open = false;
  #unread = 0;

  constructor(words: Words, listener: ChatListener) {
    this.#words = words;
    this.#listener = listener;
    element('chat-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener('keydown', (event) => {
      // While a Chinese word is being put together, Enter belongs to that.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
  }

  /** Whether it is to be seen: then nothing is unread. */
  set open(open: boolean) {
    this.#open = open;
    if (!open) return;
    this.#count(0);
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Takes in what somebody has said. */
  receive({ name, text }: RoomText): void {
    const sender = name ?? this.#words.fromRoom;
    this.#add(sender, text, false);
    if (this.#open) return;
    this.#count(this.#unread + 1);
    this.#listener.onUnseen(sender, text);
  }

  /** Forgets all, for another call. */
  clear(): void {
    this.#log.replaceChildren();
    this.#empty.hidden = false;
    this.#hint.textContent = '';
    this.#count(0);
  }

  #send(): void {
    const text = this.#field.value.trim();
    if (text === '') return;
    const sent = this.#listener.send(text);
    this.#hint.textContent = sent ? '' : this.#words.notSent;
    if (!sent) return;
    this.#field.value = '';
    this.#add(this.#words.you, text, true);
  }

  #add(sender: string, text: string, own: boolean): void {
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
    const now = new Date();
    const time = now.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    const head = make('p', {
      class: 'head',
      children: [
        make('strong', { text: sender }),
        make('time', { text: time, attributes: { datetime: now.toISOString() } }),
      ],
    });
    this.#empty.hidden = true;
    this.#log.append(
      make('div', { class: own ? 'message own' : 'message', children: [head, make('p', { class: 'said', text })] }),
    );
    while (this.#log.childElementCount > MAX_MESSAGES) this.#log.firstElementChild?.remove();
    if (atEnd || own) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #count(unread: number): void {
    this.#unread = unread;
    this.#listener.onUnread(unread);
  }
}
