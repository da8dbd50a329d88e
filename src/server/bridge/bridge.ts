import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Logger } from '../../common/logger.ts';
import { describeIssues } from '../../protocol/issues.ts';
import { Handshake } from '../../protocol/signalling/bridge-events.ts';
import { cutWhenBehind } from './backlog.ts';
import { dispatch } from './dispatch.ts';
import { Lines } from './lines.ts';
import { removeUser } from './membership.ts';
import { arrive, lose, wake, welcome } from './presence.ts';
import { type BridgeState, countState, createState, type StateCounts, type User } from './state.ts';

/** How a bridge is made; times in milliseconds. */
export interface BridgeOptions {
  logger: Logger;
  /** How long a user whose socket broke keeps id, room and company. Default 4000. */
  graceMs?: number;
  /** How often a socket is asked whether it lives, and how long it may take to answer. Default 10 000 and 8000. */
  pingIntervalMs?: number;
  pingTimeoutMs?: number;
  /** The largest event; a socket that sends a larger one is cut off. Default 1 000 000. */
  maxMessageBytes?: number;
  /** The origins (`https://example.org`) whose pages may connect, beside the server's own; by default those of any. */
  allowedOrigins?: readonly string[];
}

/** What the bridge holds; all zero when everybody has gone. */
export interface BridgeDump extends StateCounts {
  sockets: number;
  timers: number;
}

/** A running bridge. */
export interface Bridge {
  dump(): BridgeDump;
  /** Cuts every socket, and takes no more; the same promise on each call. The HTTP server is its owner's. */
  close(): Promise<void>;
}

/** Reasons of socket.io for the end of a socket that was meant; any other may be an accident. */
const DELIBERATE: ReadonlySet<string> = new Set(['client namespace disconnect', 'server namespace disconnect']);

/** Serves the signalling protocol of RTCMultiConnection, both generations, on `httpServer` under `/socket.io/`. */
export function attachBridge(httpServer: HttpServer, options: BridgeOptions): Bridge {
  return new SocketIoBridge(httpServer, options);
}

class SocketIoBridge implements Bridge {
  readonly #server: Server;
  readonly #lines: Lines;
  readonly #state: BridgeState;
  readonly #logger: Logger;
  readonly #graceMs: number;
  #closed: Promise<void> | null = null;

  constructor(httpServer: HttpServer, options: BridgeOptions) {
    const { logger, allowedOrigins } = options;
    this.#logger = logger;
    this.#graceMs = options.graceMs ?? 4000;
    this.#lines = new Lines(logger, (user, alarm) => {
      this.#guard(user.id, () => {
        wake(this.#state, user, alarm);
      });
    });
    const { emit, setAlarm, gone } = this.#lines;
    this.#state = createState({ emit, setAlarm, gone, newId: randomUUID, now: Date.now }, logger);
    this.#server = new Server(httpServer, {
      allowEIO3: true, // for clients as old as the pages
      pingInterval: options.pingIntervalMs ?? 10_000,
      pingTimeout: options.pingTimeoutMs ?? 8_000,
      maxHttpBufferSize: options.maxMessageBytes ?? 1_000_000,
      ...(allowedOrigins && { cors: { origin: [...allowedOrigins] } }),
      allowRequest: (request, answer) => {
        const problem = this.#whyNot(request, allowedOrigins);
        answer(problem, problem === null);
      },
    });
    this.#server.use((socket, next) => {
      const parsed = Handshake.safeParse(socket.handshake.query);
      if (parsed.success) {
        socket.data = parsed.data;
        next();
        return;
      }
      const problem = describeIssues(parsed.error);
      logger.warn({ address: socket.handshake.address, problem }, 'a socket is refused: its URL cannot be used');
      next(new Error(`bad handshake: ${problem}`));
    });
    this.#server.on('connection', (socket) => {
      this.#guard(undefined, () => {
        this.#connected(socket);
      });
    });
  }

  dump(): BridgeDump {
    return { sockets: this.#server.sockets.sockets.size, timers: this.#lines.timers, ...countState(this.#state) };
  }

  /**
   * Nobody is told that the others go: their calls can outlive the bridge. And no socket is told to end, it just does: a page
   * comes back by itself only then.
   */
  close(): Promise<void> {
    if (this.#closed) return this.#closed;
    this.#closed = Promise.resolve();
    this.#lines.clear();
    const { users, rooms, waiting, virtualIds, missed } = this.#state;
    for (const held of [users, rooms, waiting, virtualIds, missed]) held.clear();
    this.#server.engine.close();
    return this.#closed;
  }

  #whyNot({ headers }: IncomingMessage, allowedOrigins: readonly string[] | undefined): string | null {
    if (this.#closed !== null) return 'the server is closing';
    const { origin, host } = headers;
    if (origin === undefined || allowedOrigins === undefined || allowedOrigins.includes(origin)) return null;
    return URL.canParse(origin) && new URL(origin).host === host ? null : 'pages of this origin may not connect';
  }

  #connected(socket: Socket): void {
    const handshake = socket.data as Handshake;
    const id = handshake.userid ?? randomUUID();
    const arrival = arrive(this.#state, { id, address: socket.handshake.address, handshake });
    if (arrival.kind === 'taken') {
      this.#logger.info({ user: id }, 'a socket is not served: its user id is taken');
      socket.emit('userid-already-taken', id, randomUUID());
      return;
    }
    this.#serve(socket, arrival.user);
    this.#lines.connect(arrival.user, socket);
    if (arrival.kind === 'new') welcome(this.#state, arrival.user);
  }

  #serve(socket: Socket, user: User): void {
    cutWhenBehind(socket, () => {
      this.#logger.warn({ user: user.id }, 'a socket is cut: it does not take what it is sent');
    });
    socket.onAny((event: string, ...args: unknown[]) => {
      const ack = typeof args.at(-1) === 'function' ? (args.pop() as (...values: unknown[]) => void) : undefined;
      this.#guard(user.id, () => {
        if (!this.#lines.isOf(user, socket)) return;
        const answer = dispatch(this.#state, user, event, args);
        if (answer) ack?.(...answer);
      });
    });
    socket.on('disconnect', (reason) => {
      this.#guard(user.id, () => {
        if (!this.#lines.disconnect(user, socket)) return;
        this.#logger.debug({ user: user.id, reason }, 'a socket has ended');
        if (DELIBERATE.has(reason)) removeUser(this.#state, user);
        else lose(this.#state, user, this.#graceMs);
      });
    });
  }

  /** Whatever one socket does, the others are served. */
  #guard(user: string | undefined, task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#logger.error({ user, err: error }, 'an event of a user could not be handled');
    }
  }
}
