import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Server, type Socket as ServerSocket } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';

const require = createRequire(import.meta.url);

/** Gives a socket to the real server code of npm `rtcmulticonnection-server@1.3.3`. */
const addToCurrent = (
  require('rtcmulticonnection-server') as { addSocket: (socket: ServerSocket, config: object) => void }
).addSocket;
/** Gives a socket to the real server code of npm `rtcmulticonnection@3.4.5`, which knows no rooms. */
const addToLegacy = require('rtcmulticonnection-3.4.5/Signaling-Server.js') as (socket: ServerSocket) => void;

/** One of the original signalling servers, on a free port of 127.0.0.1. */
export class OriginalServer {
  readonly url: string;
  readonly sockets: Server;

  private constructor(url: string, sockets: Server) {
    this.url = url;
    this.sockets = sockets;
  }

  static async start(generation: 'current' | 'legacy' | 'silent', port = 0): Promise<OriginalServer> {
    const http = createServer();
    const sockets = new Server(http);
    sockets.on('connection', (socket) => {
      if (generation === 'current') addToCurrent(socket, {});
      else if (generation === 'legacy') addToLegacy(socket);
    });
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return new OriginalServer(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, sockets);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** The server's socket of this user. */
  socketOf(user: string): ServerSocket | undefined {
    return [...this.sockets.sockets.sockets.values()].find((socket) => socket.handshake.query.userid === user);
  }

  async close(): Promise<void> {
    await this.sockets.close();
  }
}

/** A page's socket, with the query that a page sends. */
export class PageSocket {
  readonly user: string;
  readonly socket: Socket;
  readonly #inbox: unknown[] = [];
  #wake: (() => void) | null = null;

  constructor(url: string, user: string) {
    this.user = user;
    this.socket = io(url, {
      forceNew: true,
      query: {
        userid: user,
        sessionid: 'of the page',
        msgEvent: DEFAULT_MESSAGE_EVENT,
        socketCustomEvent: 'RTCMultiConnection-Custom-Message',
        autoCloseEntireSession: false,
        maxParticipantsAllowed: 1000,
        extra: '{}',
      },
    });
    this.socket.on(DEFAULT_MESSAGE_EVENT, (envelope: { message: unknown }) => {
      this.#inbox.push(envelope.message);
      this.#wake?.();
    });
  }

  /** An event of a room, and what the server answers. */
  ask(event: 'open-room' | 'join-room', id: string): Promise<unknown[]> {
    const room = { sessionid: id, session: { audio: true, video: true }, extra: {}, identifier: '', password: '' };
    return new Promise((resolve) => {
      this.socket.emit(event, room, (...answer: unknown[]) => {
        resolve(answer);
      });
    });
  }

  /** Sends a peer message; `more` goes into the envelope. */
  say(remoteUserId: string, message: unknown, more: object = {}): void {
    // A page asks for an answer to each message and never gets one.
    this.socket.emit(DEFAULT_MESSAGE_EVENT, { remoteUserId, message, sender: this.user, ...more }, () => undefined);
  }

  /** The next message that the page was sent. */
  async next(): Promise<unknown> {
    while (this.#inbox.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#inbox.shift();
  }

  close(): void {
    this.socket.disconnect();
  }
}
