import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { silentLogger } from '../../../src/common/logger.ts';
import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';
import { attachBridge, type Bridge, type BridgeOptions } from '../../../src/server/bridge/bridge.ts';

/** What is compared of a bridge's books. */
export const NOTHING = { sockets: 0, users: 0, rooms: 0, links: 0, waiting: 0, timers: 0 };

/** A line that was logged. */
export interface Logged {
  level: 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A bridge on an HTTP server of its own, on a free port of 127.0.0.1. */
export class BridgeServer {
  readonly bridge: Bridge;
  readonly url: string;
  readonly http: Server;
  readonly logged: Logged[];
  readonly #pages: Page[] = [];

  private constructor(http: Server, bridge: Bridge, logged: Logged[]) {
    this.http = http;
    this.bridge = bridge;
    this.logged = logged;
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  }

  static async start(options: Partial<BridgeOptions> = {}, port = 0): Promise<BridgeServer> {
    const http = createServer((_request, response) => response.writeHead(404).end('no such page'));
    const logged: Logged[] = [];
    const logger = {
      ...silentLogger,
      warn: (fields: Record<string, unknown>, message: string) => void logged.push({ level: 'warn', message, fields }),
      error: (fields: Record<string, unknown>, message: string) =>
        void logged.push({ level: 'error', message, fields }),
    };
    const bridge = attachBridge(http, { logger, ...options });
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return new BridgeServer(http, bridge, logged);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** A client, connected. */
  async page(userid: string, query: Record<string, unknown> = {}): Promise<Page> {
    const page = new Page(this.url, userid, query);
    this.#pages.push(page);
    await page.connected();
    return page;
  }

  /** A client that holds the connection `id`, as webstreamer does. */
  async webstreamer(id: string): Promise<Page> {
    const page = await this.page(id, { autoCloseEntireSession: true, maxParticipantsAllowed: 2 });
    await page.ask('open-room', { sessionid: id, session: { audio: true, video: true } });
    return page;
  }

  /** Resolves when the bridge has had everything that pages have sent, and its books are like this. */
  async books(expected: object): Promise<void> {
    const target = JSON.stringify(expected);
    const now = () => JSON.stringify({ ...this.bridge.dump() }, Object.keys(expected));
    while (now() !== target) await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {
    for (const page of this.#pages) page.socket.disconnect();
    await this.bridge.close();
    if (!this.http.listening) return;
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
  }
}

/** A client of the bridge; everything that it is told is kept. */
export class Page {
  readonly id: string;
  readonly socket: Socket;
  readonly #inbox: [event: string, ...args: unknown[]][] = [];
  #wake: (() => void) | null = null;

  /** `userid` is null for a client that names none. */
  constructor(url: string, userid: string | null, query: Record<string, unknown> = {}) {
    this.id = userid ?? '';
    this.socket = io(url, {
      forceNew: true,
      transports: ['websocket'],
      reconnectionDelay: 10,
      reconnectionDelayMax: 20,
      query: { ...(userid !== null && { userid }), msgEvent: DEFAULT_MESSAGE_EVENT, ...query },
    });
    this.socket.onAny((event: string, ...args: unknown[]) => {
      this.#inbox.push([event, ...args]);
      this.#wake?.();
    });
  }

  async connected(): Promise<void> {
    if (this.socket.connected) return;
    await new Promise<void>((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('connect_error', reject);
    });
  }

  /** An event, and what the server answers. */
  ask(event: string, ...args: unknown[]): Promise<unknown[]> {
    return new Promise((resolve) => {
      this.socket.emit(event, ...args, (...answer: unknown[]) => {
        resolve(answer);
      });
    });
  }

  say(remoteUserId: string, message: unknown, more: object = {}): void {
    this.socket.emit(DEFAULT_MESSAGE_EVENT, { remoteUserId, message, sender: this.id, ...more });
  }

  /** The next event of this name; those before it count as heard. */
  async next(event: string): Promise<unknown[]> {
    for (;;) {
      const index = this.#inbox.findIndex(([name]) => name === event);
      if (index >= 0)
        return this.#inbox
          .splice(0, index + 1)
          .at(-1)!
          .slice(1);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The message that a peer sends next. */
  async nextMessage(): Promise<unknown> {
    const [envelope] = await this.next(DEFAULT_MESSAGE_EVENT);
    return (envelope as { message: unknown }).message;
  }

  /** Everything that it has been told and that nobody has looked at. */
  get unheard(): unknown[] {
    return this.#inbox.map(([event]) => event);
  }

  /** The connection breaks, without a word; the client comes back by itself. */
  async breakOff(): Promise<void> {
    const gone = new Promise((resolve) => this.socket.once('disconnect', resolve));
    this.socket.io.engine.close();
    await gone;
  }

  /** The connection breaks and does not come back. */
  async die(): Promise<void> {
    this.socket.io.reconnection(false);
    await this.breakOff();
  }
}
