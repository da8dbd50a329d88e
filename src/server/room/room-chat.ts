import { randomUUID } from 'node:crypto';
import type { Logger } from '../../common/logger.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { MessageQuery, MessageResource, PostMessage } from '../../protocol/http-api/chat.ts';
import { type ChatText, dataOf, framesOf, textOf } from './chat-frames.ts';
import { ChatHistory, type ChatMessage } from './chat-history.ts';
import { ChatStay } from './chat-stay.ts';
import type { Member } from './member.ts';

/** What is sent at once at most, in characters and messages. */
const BATCH_LENGTH = 300_000;
const BATCH_MESSAGES = 50;

/** Those who listen to events are told of a longer text, but not what it says. */
const LONG = 20_000;

/** What a chat needs of its room; `now` is in milliseconds since 1970. */
export interface RoomChatOptions {
  member: (id: string) => Member | undefined;
  /** How many of the latest messages somebody is sent who comes in. */
  historyLength: () => number;
  logger: Logger;
  now?: () => number;
}

/**
 * What the people of a room and the API say to each other. Each person has a place in the room's history up to which they have been
 * sent everything; whoever is slow is sent several messages at once, and misses what the history does not hold any more.
 */
export class RoomChat {
  /** `message`: something has been said; without its `data` if it is long. */
  readonly events = new TypedEmitter<{
    message: [message: Partial<MessageResource> & Omit<MessageResource, 'data'>];
  }>();
  readonly #options: RoomChatOptions;
  readonly #now: () => number;
  readonly #history = new ChatHistory();
  readonly #stays = new Map<string, ChatStay>();

  constructor(options: RoomChatOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Somebody has sat down: they are owed the latest messages, as many as the room gives to those who come. */
  arrived(id: string): void {
    this.#stays.set(id, new ChatStay(id, this.#history.before(this.#options.historyLength()), this.#now()));
  }

  /** They are gone. */
  left(id: string): void {
    this.#stays.delete(id);
  }

  /** Somebody can be sent messages; `replaces` = what went through the channel before did not arrive. */
  opened(id: string, replaces: boolean): void {
    const stay = this.#stays.get(id);
    if (!stay) return;
    stay.open(replaces);
    void this.#bring(stay);
  }

  /** A page has said something, or a part of it: passes it on once it is complete, and refuses what no page says. */
  heard(id: string, message: string): void {
    const stay = this.#stays.get(id);
    if (!stay) return;
    try {
      const said = stay.take(message, this.#now());
      if (said) this.#say(said, id, stay);
    } catch (error) {
      if (!(error instanceof WebstreamerError)) throw error;
      const fields = { connection: id, code: error.code, problem: error.message };
      if (stay.mayComplain(this.#now())) this.#options.logger.warn(fields, 'what a page says is refused');
    }
  }

  /** What the API says, to everybody or to one connection; rejects with `not-delivered` if that one does not get it. */
  async post({ data, to }: PostMessage): Promise<MessageResource> {
    const said = textOf(data);
    if (to === null) return this.#say(said, null, null);
    const stay = this.#stays.get(to) ?? null;
    const message = this.#history.make(said, { at: this.#now(), from: null, name: null, to, sender: null });
    if (!stay?.isOpen || !(await this.#send(to, [message]))) throw new WebstreamerError('not-delivered');
    return this.#keep(message);
  }

  /** The oldest messages after one, or the latest. */
  list(query: MessageQuery): MessageResource[] {
    return this.#history.list(query).map(resourceOf);
  }

  #say(said: ChatText, from: string | null, sender: ChatStay | null): MessageResource {
    const name = from === null ? null : (this.#options.member(from)?.name ?? null);
    const message = this.#history.make(said, { at: this.#now(), from, name, to: null, sender });
    const resource = this.#keep(message);
    for (const stay of this.#stays.values()) void this.#bring(stay);
    return resource;
  }

  #keep(message: ChatMessage): MessageResource {
    this.#history.add(message);
    const resource = resourceOf(message);
    const { data, ...rest } = resource;
    this.events.emit('message', message.said.text.length > LONG ? rest : { ...rest, data });
    return resource;
  }

  /** Sends somebody what they have not been sent, unless this is being done already. */
  async #bring(stay: ChatStay): Promise<void> {
    if (stay.isBusy) return;
    stay.isBusy = true;
    try {
      while (stay.isOpen && this.#stays.get(stay.id) === stay) {
        const messages = this.#history.after(stay.given, BATCH_MESSAGES, BATCH_LENGTH);
        const last = messages.at(-1);
        if (!last) return;
        const { turn } = stay;
        const owed = messages.filter(({ to, sender }) => to === null && sender !== stay);
        const done = owed.length === 0 || (await this.#sendOwed(stay, owed));
        if (done && turn === stay.turn) stay.given = last.id;
      }
    } finally {
      stay.isBusy = false;
    }
  }

  /** Whether this is settled: false if the messages are to be sent by the next endpoint. */
  async #sendOwed(stay: ChatStay, owed: readonly ChatMessage[]): Promise<boolean> {
    const { id, opens } = stay;
    try {
      const sent = await this.#send(id, owed);
      if (!sent && !stay.isBehind)
        this.#options.logger.warn({ connection: id, messages: owed.length }, 'a page does not read what is said');
      stay.isBehind = !sent;
      return true;
    } catch (error) {
      this.#options.logger.debug({ connection: id, err: error }, 'what is said cannot be sent for the moment');
      if (opens === stay.opens) stay.close();
      return false;
    }
  }

  async #send(id: string, messages: readonly ChatMessage[]): Promise<boolean> {
    const frames = messages.flatMap((message) =>
      framesOf(message.said, { ...message, uuid: randomUUID(), sendingTime: message.at }),
    );
    return (await this.#options.member(id)?.sendTexts(frames)) ?? false;
  }
}

function resourceOf({ id, at, from, name, to, said }: ChatMessage): MessageResource {
  return { id, at: new Date(at).toISOString(), from, name, to, data: dataOf(said) };
}
