import type { Person } from './person.ts';

/** A message as a page gets it in `connection.onmessage`. */
export interface ChatEvent {
  data: unknown;
  userid: string;
}

/** What the tests need of RTCMultiConnection's `connection`. */
interface ChatConnection {
  onmessage: (event: ChatEvent) => void;
  onopen: (event: { channel: RTCDataChannel }) => void;
  send: (data: unknown) => void;
}

declare global {
  /** The page's own. */
  const connection: ChatConnection;
  var chat: { events: ChatEvent[]; senders: (string | null)[]; open: boolean };
}

/** Writes down what a page gets from now on, and whose it is. To be called when the page is there, before it joins. */
export async function noteMessages(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    globalThis.chat = { events: [], senders: [], open: false };
    connection.onmessage = ({ data, userid }) => {
      chat.events.push({ data, userid });
    };
    connection.onopen = ({ channel }) => {
      chat.open = true;
      channel.addEventListener('message', ({ data }) => {
        const frame = JSON.parse(String(data)) as { last?: boolean; from: string | null };
        if (frame.last) chat.senders.push(frame.from);
      });
    };
  });
}

/** `connection.send` of the page. */
export async function say(person: Person, data: unknown): Promise<void> {
  await person.page.evaluate((what) => {
    connection.send(what);
  }, data);
}

/** Waits until the page's data channel is open. */
export async function waitForChannel(person: Person): Promise<void> {
  await person.page.waitForFunction(() => chat.open, undefined, { polling: 50 });
}

/** The page's messages, once there are `count`. */
export async function messagesOf(person: Person, count: number, timeoutMs = 15_000): Promise<ChatEvent[]> {
  const enough = (wanted: number) => chat.events.length >= wanted;
  try {
    await person.page.waitForFunction(enough, count, { polling: 50, timeout: timeoutMs });
  } catch (cause) {
    const got = await person.page.evaluate(() => JSON.stringify(chat.events).slice(0, 500));
    throw new Error(`${person.name} should get ${count} messages, but has ${got}`, { cause });
  }
  return person.page.evaluate(() => chat.events);
}
