import type { MessageResource } from '../../../client/index.ts';
import type { ConnectionResource, RoomResource } from '../../../protocol/http-api/room.ts';
import { messageText } from '../message-text.ts';
import type { ConsoleContext } from './console-context.ts';
import { freshId, h, select } from './elements.ts';
import { format, words } from './say.ts';

const MOST_MESSAGES = 100;

type Message = Omit<MessageResource, 'data'> & { data?: unknown };

/** What has been said in a room, and a field to say something. */
export class ChatPanel {
  readonly element: HTMLElement;
  readonly #context: ConsoleContext;
  readonly #list = h('ol', { class: 'messages', 'aria-label': words.chat.messages, tabindex: 0 });
  readonly #none = h('p', { class: 'hint' }, words.chat.none);
  readonly #to = select<string>([['', words.everybody]], '', { 'aria-label': words.chat.to });
  #room: RoomResource;
  #latest = 0;

  constructor(context: ConsoleContext, room: RoomResource) {
    this.#context = context;
    this.#room = room;
    const headingId = freshId();
    this.element = h(
      'section',
      { class: 'card chat', 'aria-labelledby': headingId },
      h('h2', { id: headingId }, words.room.chat),
      this.#none,
      this.#list,
      context.rights.operateRooms && this.#form(),
    );
    this.update(room);
    void this.#read();
  }

  /** Shows to whom something can be said now. */
  update(room: RoomResource): void {
    this.#room = room;
    const options = [['', words.everybody], ...room.connections.filter(isHere).map(({ id, name }) => [id, name])];
    const shown = [...this.#to.options].map(({ value, text }) => [value, text]);
    if (String(options) === String(shown)) return;
    const chosen = this.#to.value;
    this.#to.replaceChildren(...options.map(([value, label]) => h('option', { value }, label)));
    this.#to.value = options.some(([value]) => value === chosen) ? chosen : '';
  }

  /** Shows a message that has been said just now. */
  add(message: Message): void {
    if (message.id <= this.#latest) return;
    this.#latest = message.id;
    this.#none.hidden = true;
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    this.#list.append(messageLine(message, this.#room.connections));
    while (this.#list.childElementCount > MOST_MESSAGES) this.#list.firstElementChild?.remove();
    if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
  }

  /** Reads what was said before, or while the server was away. */
  async #read(): Promise<void> {
    try {
      const messages = await this.#context.client.listMessages(this.#room.name);
      this.#latest = 0;
      this.#list.replaceChildren();
      for (const message of messages) this.add(message);
      this.#list.scrollTop = this.#list.scrollHeight;
    } catch {
      // The notices say already that the server is away, or the room.
    }
  }

  /** Reads everything anew. */
  reread(): void {
    void this.#read();
  }

  #form(): HTMLElement {
    const input = h('input', { required: true, maxlength: 2000, autocomplete: 'off', 'aria-label': words.chat.field });
    input.placeholder = words.chat.field;
    const send = async () => {
      const text = input.value.trim();
      if (text === '') return;
      const to = this.#to.value === '' ? null : this.#to.value;
      this.add(await this.#context.client.postMessage(this.#room.name, text, to));
      input.value = '';
    };
    const onsubmit = (event: Event) => {
      event.preventDefault();
      void this.#context.notices.run(send);
    };
    return h(
      'form',
      { class: 'say', onsubmit },
      this.#to,
      input,
      h('button', { type: 'submit', class: 'primary' }, words.chat.send),
    );
  }
}

function isHere({ user }: ConnectionResource): boolean {
  return user !== null;
}

function messageLine(message: Message, connections: readonly ConnectionResource[]): HTMLElement {
  const { at, from, name, to } = message;
  const addressee = connections.find(({ id }) => id === to)?.name ?? to;
  return h(
    'li',
    {},
    h('span', { class: 'from' }, from === null ? words.chat.operator : (name ?? from)),
    addressee !== null && h('span', { class: 'hint' }, words.chat.toOne(addressee)),
    h('time', { class: 'hint', datetime: at }, format.time(at)),
    h('p', {}, messageText(message.data, words)),
  );
}
