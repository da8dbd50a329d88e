import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';
import { Page } from './bridge-server.ts';

/** What one user heard in one step: its acknowledgements as `ack`, and what it was told, in order. */
export type Heard = Record<string, [event: string, ...args: unknown[]][]>;

/** Somebody does something: `connects` with a query, `leaves`, `dies` without a word, `says` a message to somebody, or emits an event. */
export type Deed = [who: string, what: string, ...args: unknown[]];

/**
 * A deed. When it leads to other things here than at the original server: the row of docs/protocol.md that says so, and what is
 * heard here instead of what is heard there.
 */
export interface Step {
  deed: Deed;
  row?: string;
  here?: (there: Heard) => Heard;
}

/** What everybody heard in each step. */
export interface Told {
  deed: string;
  heard: Heard;
}

const UNKNOWN_ID = 'nobody-at-all';

/** One user of a script: everything that it hears is kept until it is collected. */
class Person {
  readonly page: Page;
  isDeaf = false;
  #heard: Heard[string] = [];
  #onDeaf: () => void = () => undefined;

  constructor(url: string, id: string, query: Record<string, unknown>) {
    this.page = new Page(url, id, { ...PAGE, ...query });
    this.page.socket.onAny((event: string, ...args: unknown[]) => {
      if (event === 'userid-already-taken') {
        args[1] = 'another id';
        this.isDeaf = true;
      }
      this.#heard.push([event, ...args]);
      if (this.isDeaf) this.#onDeaf();
    });
  }

  emit(event: string, ...args: unknown[]): void {
    this.page.socket.emit(event, ...args, (...answer: unknown[]) => {
      this.#heard.push(['ack', ...answer]);
    });
  }

  /** Resolves when the server has had everything that this user sent, and the user everything that it was told before. */
  async isQuiet(): Promise<void> {
    if (this.isDeaf || !this.page.socket.connected) return;
    const deaf = new Promise<void>((resolve) => {
      this.#onDeaf = resolve;
    });
    await Promise.race([deaf, this.page.ask('check-presence', UNKNOWN_ID)]);
  }

  /** Resolves when the server knows nobody of this id any more. */
  async hasSeenGo(id: string): Promise<void> {
    let answer: unknown;
    // Extra data are an object; that there is nobody is a text.
    while (typeof answer !== 'string') [answer] = await this.page.ask('get-remote-user-extra-data', id);
  }

  collect(): Heard[string] {
    return this.#heard.splice(0);
  }
}

/** What the URL of a page's socket says. */
const PAGE = {
  sessionid: 'of the page',
  msgEvent: DEFAULT_MESSAGE_EVENT,
  socketCustomEvent: 'RTCMultiConnection-Custom-Message',
  autoCloseEntireSession: 'false',
  maxParticipantsAllowed: '1000',
  extra: '{}',
};

/** Plays a script at a server, one step after the other, and tells what everybody heard. */
export async function play(url: string, steps: readonly Step[]): Promise<Told[]> {
  const observer = new Person(url, 'observer', {});
  const people = new Map<string, Person>();
  const story: Told[] = [];
  try {
    await observer.page.connected();
    for (const { deed } of steps) story.push({ deed: deed.slice(0, 3).join(' '), heard: {} });
    for (const [i, { deed }] of steps.entries()) {
      await perform(url, people, observer, deed);
      // First the one who did it, so that the server has had it before the others are asked.
      await people.get(deed[0])?.isQuiet();
      for (const person of people.values()) await person.isQuiet();
      for (const [id, person] of people) {
        const heard = person.collect();
        if (heard.length > 0) story[i]!.heard[id] = heard;
      }
    }
    return story;
  } finally {
    for (const [id, { page, isDeaf }] of people) {
      page.socket.disconnect();
      if (!isDeaf) await observer.hasSeenGo(id);
    }
    observer.page.socket.disconnect();
  }
}

async function perform(url: string, people: Map<string, Person>, observer: Person, deed: Deed): Promise<void> {
  const [who, what, ...args] = deed;
  if (what === 'connects') {
    const id = who.replace(/’$/, ''); // page’ is another socket under the id of page
    const person = new Person(url, id, (args[0] ?? {}) as Record<string, unknown>);
    people.set(who, person);
    await person.page.connected();
    return;
  }
  const person = people.get(who);
  if (!person) throw new Error(`${who} is not there`);
  if (what === 'leaves' || what === 'dies') {
    people.delete(who);
    if (what === 'leaves') person.page.socket.disconnect();
    else await person.page.die();
    await observer.hasSeenGo(who);
  } else if (what === 'says') {
    const [remoteUserId, message, more] = args;
    person.emit(DEFAULT_MESSAGE_EVENT, { remoteUserId, message, sender: who, ...(more as object) });
  } else {
    person.emit(what, ...args);
  }
}
