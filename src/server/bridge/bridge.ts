import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import type { Logger } from '../../common/logger.ts';
import { Handshake } from '../../protocol/signalling/bridge-events.ts';
import { arrive, dispatch, lose } from './dispatch.ts';
import { removeUser } from './membership.ts';
import { createState, type User } from './state.ts';

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
}

/** What the bridge holds; all zero when everybody has gone. */
export interface BridgeDump {
  sockets: number;
  users: number;
  rooms: number;
  links: number;
  waiting: number;
  timers: number;
}

/** A running bridge. */
export interface Bridge {
  dump(): BridgeDump;
  /** Ends every socket; the HTTP server is its owner's. */
  close(): Promise<void>;
}

/** What is said to a user whose socket is lost waits for it, up to this many events. */
const MAX_HELD_EVENTS = 200;

/** A user's way out: its socket, or what waits for the next one. */
interface Line {
  socket: Socket | null;
  held: [event: string, args: unknown[]][];
  timer: NodeJS.Timeout | null;
}

/** Serves the signalling protocol of RTCMultiConnection, both generations, on `httpServer` under `/socket.io/`. */
export function attachBridge(httpServer: HttpServer, options: BridgeOptions): Bridge {
  const { logger, graceMs = 4000 } = options;
  const server = new Server(httpServer, {
    allowEIO3: true, // clients as old as the pages
    pingInterval: options.pingIntervalMs ?? 10_000,
    pingTimeout: options.pingTimeoutMs ?? 8_000,
    maxHttpBufferSize: options.maxMessageBytes ?? 1_000_000,
  });
  const lines = new Map<User, Line>();
  const state = createState(
    (userId, event, ...args) => {
      const user = state.users.get(userId);
      const line = user && lines.get(user);
      if (line?.socket) line.socket.emit(event, ...args);
      else if (line && line.held.length < MAX_HELD_EVENTS) line.held.push([event, args]);
    },
    Date.now,
    logger,
  );

  const forget = (user: User) => {
    const line = lines.get(user);
    if (line?.timer) clearTimeout(line.timer);
    lines.delete(user);
    removeUser(state, user);
  };
  // Handlers may remove users that are lost: their lines go with them.
  const sweep = () => {
    for (const user of lines.keys()) if (state.users.get(user.id) !== user) forget(user);
  };

  const serve = (socket: Socket, user: User) => {
    socket.onAny((event: string, ...args: unknown[]) => {
      const ack = typeof args.at(-1) === 'function' ? (args.pop() as (...values: unknown[]) => void) : undefined;
      const answer = dispatch(state, user, event, args);
      if (answer) ack?.(...answer);
      sweep();
    });
    socket.on('disconnect', (reason) => {
      const line = lines.get(user);
      if (line?.socket !== socket) return;
      line.socket = null;
      logger.debug({ user: user.id, reason }, 'a socket has ended');
      const left = reason === 'client namespace disconnect' || reason === 'server namespace disconnect';
      if (left || graceMs === 0 || !lose(state, user)) forget(user);
      else {
        line.timer = setTimeout(() => {
          forget(user);
        }, graceMs);
      }
    });
  };

  const resume = (socket: Socket, line: Line) => {
    if (line.timer) clearTimeout(line.timer);
    line.timer = null;
    line.socket = socket;
    for (const [event, args] of line.held.splice(0)) socket.emit(event, ...args);
  };

  server.use((socket, next) => {
    const parsed = Handshake.safeParse(socket.handshake.query);
    if (!parsed.success) {
      const problem = z.prettifyError(parsed.error);
      logger.warn({ address: socket.handshake.address, problem }, 'a socket is refused: its handshake cannot be used');
      next(new Error(`bad handshake: ${problem}`));
      return;
    }
    socket.data = parsed.data;
    next();
  });
  server.on('connection', (socket) => {
    const handshake = socket.data as Handshake;
    const id = handshake.userid ?? randomUUID();
    const line: Line = { socket, held: [], timer: null };
    const arrival = arrive(state, id, socket.handshake.address, handshake, (user) => lines.set(user, line));
    if (arrival.kind === 'taken') {
      logger.info({ user: id }, 'a socket is not served: its user id is taken');
      socket.emit('userid-already-taken', id, randomUUID());
      return;
    }
    const known = lines.get(arrival.user);
    if (arrival.kind === 'back' && known) resume(socket, known);
    serve(socket, arrival.user);
  });

  return {
    dump: () => ({
      sockets: server.sockets.sockets.size,
      users: state.users.size,
      rooms: state.rooms.size,
      links: [...state.users.values()].reduce((sum, user) => sum + user.links.size, 0) / 2,
      waiting: state.waiting.size,
      timers: [...lines.values()].filter(({ timer }) => timer !== null).length,
    }),
    close: async () => {
      for (const user of [...state.users.values()]) forget(user);
      await new Promise<void>((resolve) => {
        server.disconnectSockets(true);
        server.engine.close();
        resolve();
      });
    },
  };
}
