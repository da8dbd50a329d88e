import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Logger } from '../../common/logger.ts';
import { BridgeLimits } from '../../protocol/config.ts';
import { describeIssues } from '../../protocol/issues.ts';
import { AdminHandshake, Handshake } from '../../protocol/signalling/bridge-events.ts';
import { addressOf } from '../../common/address.ts';
import type { AdminAccount } from './admin.ts';
import { AdminDesk } from './admin-desk.ts';
import { cutWhenBehind } from './backlog.ts';
import { confide, toldBefore } from './confidence.ts';
import { type BridgeCore, createCore } from './core.ts';
import { Limits } from './limits.ts';
import { Lines } from './lines.ts';
import type { RefusalReason } from './refusal.ts';
import type { StateCounts, User } from './state.ts';

type Connection = Socket['conn'];

/** How a bridge is made; times in milliseconds. */
export interface BridgeOptions {
  logger: Logger;
  /** How long a user whose socket broke keeps id, room and company. Default 4000. */
  graceMs?: number;
  /** How often a socket is asked whether it lives, and how long it may take to answer. Default 10 000 and 8000. */
  pingIntervalMs?: number;
  pingTimeoutMs?: number;
  /** How much sockets may do; the configuration's defaults. */
  limits?: Partial<BridgeLimits>;
  /** The origins (`https://example.org`) whose pages may connect, beside the server's own; by default those of any. */
  allowedOrigins?: readonly string[] | undefined;
  /** The addresses of reverse proxies, whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[];
  /** Who may administrate; by default nobody. */
  admin?: AdminAccount | undefined;
  /** Who is told what the bridge does. */
  observer?: BridgeObserver;
}

/** Counts what a bridge does. */
export interface BridgeObserver {
  /** An event of a user has been handled and all that it led to was handed to sockets; `kind` is one of a closed list. */
  handled(kind: string, seconds: number): void;
  /** A socket or an event was refused. */
  refused(reason: RefusalReason): void;
}

const NOBODY: BridgeObserver = { handled: () => undefined, refused: () => undefined };

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
/** A connection that does not say within this time what it wants is ended. */
const CONNECT_TIMEOUT_MS = 10_000;
const ADMIN_ID = 'admin';

/** Serves the signalling protocol of RTCMultiConnection, both generations, on `httpServer` under `/socket.io/`. */
export function attachBridge(httpServer: HttpServer, options: BridgeOptions): Bridge {
  return new SocketIoBridge(httpServer, options);
}

/** What the bridge knows of a socket before it has a user. */
interface SocketData {
  address: string;
  /** What the client was told in confidence when it connected before. */
  told: string | undefined;
  secret: string | null;
  handshake: Handshake | AdminHandshake;
}

class SocketIoBridge implements Bridge {
  readonly #server: Server;
  readonly #lines: Lines;
  readonly #core: BridgeCore;
  readonly #logger: Logger;
  readonly #observer: BridgeObserver;
  readonly #limits: Limits;
  readonly #admins: AdminDesk;
  readonly #allowedOrigins: readonly string[] | undefined;
  readonly #trustedProxies: ReadonlySet<string>;
  readonly #graceMs: number;
  #closed: Promise<void> | null = null;

  constructor(httpServer: HttpServer, options: BridgeOptions) {
    const { logger, observer = NOBODY, trustedProxies = [] } = options;
    const limits = BridgeLimits.parse(options.limits ?? {});
    this.#logger = logger;
    this.#observer = observer;
    this.#graceMs = options.graceMs ?? 4000;
    this.#allowedOrigins = options.allowedOrigins;
    this.#trustedProxies = new Set(trustedProxies);
    this.#limits = new Limits(limits, Date.now);
    this.#lines = new Lines(logger, (user, alarm) => {
      this.#guard(user.id, () => {
        this.#core.wake(user, alarm);
      });
    });
    const { emit, setAlarm, gone, cut } = this.#lines;
    this.#core = createCore(
      {
        emit,
        setAlarm,
        gone,
        cut,
        refused: (reason) => {
          observer.refused(reason);
        },
        newId: randomUUID,
        now: Date.now,
      },
      logger,
    );
    this.#admins = new AdminDesk(this.#core, options.admin);
    this.#server = new Server(httpServer, {
      allowEIO3: true, // for clients as old as the pages
      pingInterval: options.pingIntervalMs ?? 10_000,
      pingTimeout: options.pingTimeoutMs ?? 8_000,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxHttpBufferSize: limits.eventBytes,
      ...(this.#allowedOrigins && { cors: { origin: [...this.#allowedOrigins] } }),
      allowRequest: (request, answer) => {
        const problem = this.#whyNot(request);
        answer(problem, problem === null);
      },
    });
    this.#listen();
  }

  #listen(): void {
    this.#server.engine.on('connection', (connection: Connection) => {
      this.#limit(connection);
    });
    this.#server.use((socket, next) => {
      next(this.#introduce(socket));
    });
    this.#server.on('connection', (socket) => {
      this.#guard(undefined, () => {
        this.#connected(socket);
      });
    });
  }

  dump(): BridgeDump {
    return {
      sockets: this.#limits.sockets,
      timers: this.#lines.timers + this.#admins.timers,
      ...this.#core.count(),
    };
  }

  /**
   * Nobody is told that the others go: their calls can outlive the bridge. And no socket is told to end, it just does: a page
   * comes back by itself only then.
   */
  close(): Promise<void> {
    if (this.#closed) return this.#closed;
    this.#closed = Promise.resolve();
    this.#lines.clear();
    this.#admins.close();
    this.#core.clear();
    this.#server.engine.close();
    return this.#closed;
  }

  #refuse(reason: RefusalReason, fields: Record<string, unknown>, message = 'a socket is refused'): void {
    this.#observer.refused(reason);
    this.#logger.warn({ reason, ...fields }, message);
  }

  #whyNot(request: IncomingMessage): string | null {
    if (this.#closed !== null) return 'the server is closing';
    const { origin, host } = request.headers;
    if (origin !== undefined && !this.#isAllowed(origin, host)) {
      this.#refuse('origin', { origin });
      return 'pages of this origin may not connect';
    }
    const isNew = new URL(request.url ?? '', 'http://localhost').searchParams.get('sid') === null;
    if (!isNew) return null;
    const address = addressOf(request, this.#trustedProxies);
    if (this.#limits.mayConnect(address)) return null;
    this.#refuse('too-many-sockets', { address });
    return 'too many sockets';
  }

  #isAllowed(origin: string, host: string | undefined): boolean {
    if (this.#allowedOrigins === undefined || this.#allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  /** Counts a connection and what it sends, and ends it when it is too much. */
  #limit(connection: Connection): void {
    const allowance = this.#limits.connect(addressOf(connection.request, this.#trustedProxies));
    connection.on('packet', ({ type, data }: { type: string; data?: string | Buffer }) => {
      if (type !== 'message') return;
      const reason = allowance.take(data?.length ?? 0);
      if (reason === null) return;
      this.#refuse(reason, { address: connection.remoteAddress }, 'a socket is cut');
      connection.close(true);
    });
    connection.once('close', () => {
      allowance.end();
    });
  }

  /** Reads the URL of a socket, and what its client was told in confidence; answers the error that it is refused with. */
  #introduce(socket: Socket): Error | undefined {
    const { query, auth } = socket.handshake;
    const schema = query.userid === ADMIN_ID ? AdminHandshake : Handshake;
    const parsed = schema.safeParse(query);
    if (!parsed.success) {
      const problem = describeIssues(parsed.error);
      this.#refuse('bad-handshake', { address: socket.handshake.address, problem });
      return new Error(`bad handshake: ${problem}`);
    }
    const handshake = parsed.data;
    const told = toldBefore(auth);
    const isKnown = told !== undefined && this.#core.isSecretOf(handshake.userid ?? '', told);
    const secret = confide(socket, isKnown ? told : randomUUID());
    const address = addressOf(socket.request, this.#trustedProxies);
    socket.data = { address, told, secret, handshake } satisfies SocketData;
    return undefined;
  }

  #connected(socket: Socket): void {
    const { handshake, address, told, secret } = socket.data as SocketData;
    if (!('msgEvent' in handshake)) {
      const isServed = this.#admins.serve(socket, handshake, address);
      if (!isServed) this.#refuse('not-admin', { address });
      return;
    }
    const id = handshake.userid ?? randomUUID();
    const arrival = this.#core.arrive({ id, address, handshake, told, secret });
    if (arrival.kind === 'taken') {
      this.#logger.info({ user: id }, 'a socket is not served: its user id is taken');
      socket.emit('userid-already-taken', id, randomUUID());
      return;
    }
    this.#serve(socket, arrival.user);
    this.#lines.connect(arrival.user, socket);
    if (arrival.kind === 'new') this.#core.welcome(arrival.user);
    this.#admins.changed();
  }

  #serve(socket: Socket, user: User): void {
    cutWhenBehind(socket, () => {
      this.#refuse('too-slow', { user: user.id }, 'a socket is cut');
    });
    // Nothing goes on from here to listeners: there are none, and the way to them costs each event a turn.
    socket.use(([event, ...args]: [string, ...unknown[]]) => {
      const ack = typeof args.at(-1) === 'function' ? (args.pop() as (...values: unknown[]) => void) : undefined;
      this.#guard(user.id, () => {
        if (!this.#lines.isOf(user, socket)) return;
        const kind = this.#core.kindOf(user, event);
        const startMs = performance.now();
        const answer = this.#core.handle(user, event, args);
        if (answer) ack?.(...answer);
        this.#observer.handled(kind, (performance.now() - startMs) / 1000);
        this.#admins.changed();
      });
    });
    socket.on('disconnect', (reason) => {
      this.#guard(user.id, () => {
        if (!this.#lines.disconnect(user, socket)) return;
        this.#logger.debug({ user: user.id, reason }, 'a socket has ended');
        if (DELIBERATE.has(reason)) this.#core.leave(user);
        else this.#core.lose(user, this.#graceMs);
        this.#admins.changed();
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
