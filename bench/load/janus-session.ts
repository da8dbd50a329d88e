import { randomUUID } from 'node:crypto';
import type { Description } from './bot-peer.ts';
import { postJson } from './http-json.ts';

const REQUEST_TIMEOUT_MS = 10_000;

interface JanusMessage {
  janus: string;
  transaction?: string;
  data?: { id: number };
  plugindata?: { data: { error?: string } };
  jsep?: Description;
  error?: { reason: string };
}

interface Waiting {
  resolve: (message: JanusMessage) => void;
  reject: (error: Error) => void;
}

/** A handle of a plugin. */
export interface JanusHandle {
  /** Sends a request, and resolves with the plugin's event; rejects with the plugin's error. */
  request(body: object, jsep?: Description): Promise<JanusMessage>;
  /** Tells a candidate of the bot's own. */
  trickle(candidate: string, sdpMid: string): Promise<void>;
  detach(): void;
}

/** A session with Janus over HTTP: requests are posted, and events come by one long poll for all handles. */
class JanusSession {
  readonly #url: string;
  readonly #waiting = new Map<string, Waiting>();

  private constructor(url: string) {
    this.#url = url;
  }

  static async open(url: string): Promise<JanusSession> {
    const { data } = await post(url, { janus: 'create' });
    const session = new JanusSession(`${url}/${data?.id ?? ''}`);
    void session.#poll();
    return session;
  }

  async attach(plugin: string): Promise<JanusHandle> {
    const { data } = await post(this.#url, { janus: 'attach', plugin });
    const url = `${this.#url}/${data?.id ?? ''}`;
    return {
      request: (body, jsep) => this.#request(url, body, jsep),
      trickle: async (candidate, sdpMid) => {
        await post(url, { janus: 'trickle', candidate: { candidate, sdpMid, sdpMLineIndex: 0 } });
      },
      detach: () => {
        post(url, { janus: 'detach' }).catch(() => undefined); // Janus may be gone already
      },
    };
  }

  async #request(url: string, body: object, jsep: Description | undefined): Promise<JanusMessage> {
    const transaction = randomUUID();
    const event = this.#event(transaction);
    event.catch(() => undefined);
    const reply = await post(url, { janus: 'message', transaction, body, ...(jsep && { jsep }) });
    const message = reply.janus === 'ack' ? await event : reply;
    this.#waiting.delete(transaction);
    const problem = message.error?.reason ?? message.plugindata?.data.error;
    if (problem !== undefined) throw new Error(`Janus refuses ${JSON.stringify(body)}: ${problem}`);
    return message;
  }

  #event(transaction: string): Promise<JanusMessage> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(transaction, { resolve, reject });
      AbortSignal.timeout(REQUEST_TIMEOUT_MS).addEventListener('abort', () => {
        if (this.#waiting.delete(transaction)) reject(new Error('Janus does not answer'));
      });
    });
  }

  async #poll(): Promise<void> {
    try {
      for (;;) {
        const response = await fetch(`${this.#url}?maxev=20`);
        for (const message of [(await response.json()) as JanusMessage | JanusMessage[]].flat()) {
          const waiting = this.#waiting.get(message.transaction ?? '');
          if (waiting && this.#waiting.delete(message.transaction ?? '')) waiting.resolve(message);
        }
      }
    } catch (cause) {
      for (const { reject } of this.#waiting.values()) reject(new Error('Janus is gone', { cause }));
      this.#waiting.clear();
    }
  }
}

async function post(url: string, message: object): Promise<JanusMessage> {
  const reply = (await postJson(url, { transaction: randomUUID(), ...message })) as JanusMessage;
  if (reply.janus === 'error') throw new Error(`Janus: ${reply.error?.reason ?? 'unknown error'}`);
  return reply;
}

const sessions = new Map<string, Promise<JanusSession>>();

/** The session of this process with the Janus at `url`. */
export function janusSession(url: string): Promise<JanusSession> {
  let session = sessions.get(url);
  if (!session) sessions.set(url, (session = JanusSession.open(url)));
  return session;
}
