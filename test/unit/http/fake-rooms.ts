import { silentLogger } from '../../../src/common/logger.ts';
import type { JoinRoom, Place } from '../../../src/protocol/http-api/access.ts';
import { WebstreamerError } from '../../../src/protocol/errors.ts';
import type { Health } from '../../../src/protocol/http-api/health.ts';
import type { MessageQuery, MessageResource, PostMessage } from '../../../src/protocol/http-api/chat.ts';
import type { ConnectionResource, RoomResource } from '../../../src/protocol/http-api/room.ts';
import { EventLog } from '../../../src/server/events/event-log.ts';
import { Access } from '../../../src/server/access/access.ts';
import { RequestLimits } from '../../../src/server/access/request-limits.ts';
import { Gate, type GateOptions } from '../../../src/server/http/gate.ts';
import type { ApiOptions } from '../../../src/server/http/api-routes.ts';
import type { FiguresApi } from '../../../src/server/http/handlers/figures.ts';
import type { RoomsApi } from '../../../src/server/http/handlers/rooms-api.ts';

/** Rooms in memory, with the errors that the use cases have. */
export class FakeRooms implements RoomsApi {
  readonly rooms = new Map<string, RoomResource>();
  /** The users who were shown out, and what they were told. */
  readonly removed: [user: string, text: string | undefined][] = [];
  /** The events of this API; `publish` tells one. */
  readonly events = new EventLog({ epoch: 'run' });

  /** The number of those who listen to events. */
  listeners = 0;

  /** The events, with its listeners counted. */
  eventSource(): ReturnType<ApiOptions['events']> {
    const { events } = this;
    return {
      get head() {
        return events.head;
      },
      after: (id) => events.after(id),
      listen: (listener) => {
        this.listeners++;
        const stop = events.listen(listener);
        return () => {
          this.listeners--;
          stop();
        };
      },
    };
  }
  readonly messages: MessageResource[] = [];
  /** What is answered of the figures. */
  readonly figures: FiguresApi = {
    roomStats: (name) => {
      this.getRoom(name);
      return Promise.resolve({ room: name, at: '2026-01-01T00:00:00.000Z', connections: [] });
    },
    serverStats: () =>
      Promise.resolve({
        at: '2026-01-01T00:00:00.000Z',
        uptimeSeconds: 1,
        rooms: this.rooms.size,
        connections: 0,
        users: 0,
        server: { pid: 1, cpu: 0, residentBytes: 1, threads: 1 },
        workers: [],
        workerRestarts: 0,
      }),
    picture: () => Promise.reject(new WebstreamerError('no-picture')),
  };

  #connection(id: string): ConnectionResource {
    const neither = { audio: false, video: false };
    const nobody = {
      user: null,
      muted: neither,
      selfMuted: neither,
      speaking: false,
      role: 'participant',
      temporary: false,
      maxVideoBitrateBps: null,
    } as const;
    return { id, name: id, state: 'waiting', since: '2026-01-01T00:00:00.000Z', ...nobody };
  }

  listRooms({ after = '', limit = Infinity }: { after?: string | undefined; limit?: number } = {}): RoomResource[] {
    const names = [...this.rooms.keys()].sort().filter((name) => name > after);
    return names.slice(0, limit).map((name) => this.getRoom(name));
  }

  getRoom(name: string): RoomResource {
    const room = this.rooms.get(name);
    if (room === undefined) throw new WebstreamerError('room-not-found');
    return room;
  }

  createRoom({ connections, ...settings }: Parameters<RoomsApi['createRoom']>[0]): void {
    if (this.rooms.has(settings.name)) throw new WebstreamerError('room-exists');
    const resources = connections.map((id) => this.#connection(id));
    this.rooms.set(settings.name, { ...settings, speaker: null, connections: resources });
  }

  changeRoom(name: string, change: Parameters<RoomsApi['changeRoom']>[1]): void {
    Object.assign(this.getRoom(name), change);
  }

  deleteRoom(name: string): void {
    this.getRoom(name);
    this.rooms.delete(name);
  }

  setSpeaker(name: string, connection: string): Promise<void> {
    const room = this.getRoom(name);
    if (!room.connections.some(({ id }) => id === connection)) {
      return Promise.reject(new WebstreamerError('connection-not-found'));
    }
    room.speaker = connection;
    return Promise.resolve();
  }

  clearSpeaker(name: string): void {
    this.getRoom(name).speaker = null;
  }

  addConnection(name: string, id: string): void {
    this.getRoom(name).connections.push(this.#connection(id));
  }

  changeConnection(
    name: string,
    id: string,
    { name: called, muted, maxVideoBitrateBps }: Parameters<RoomsApi['changeConnection']>[2],
  ): void {
    const connection = this.getRoom(name).connections.find((other) => other.id === id);
    if (connection === undefined) throw new WebstreamerError('connection-not-found');
    if (called !== undefined) connection.name = called ?? id;
    if (maxVideoBitrateBps !== undefined) connection.maxVideoBitrateBps = maxVideoBitrateBps;
    connection.muted = { audio: muted?.audio ?? connection.muted.audio, video: muted?.video ?? connection.muted.video };
  }

  removeUser(name: string, id: string, text?: string): void {
    const connection = this.getRoom(name).connections.find((other) => other.id === id);
    if (connection === undefined) throw new WebstreamerError('connection-not-found');
    if (connection.user === null) throw new WebstreamerError('user-not-found');
    this.removed.push([connection.user, text]);
    connection.user = null;
  }

  removeConnection(name: string, id: string): void {
    const room = this.getRoom(name);
    const rest = room.connections.filter((connection) => connection.id !== id);
    if (rest.length === room.connections.length) throw new WebstreamerError('connection-not-found');
    room.connections = rest;
  }

  joinRoom(name: string, { role, name: called }: JoinRoom): Omit<Place, 'url'> {
    const connection = `place${this.getRoom(name).connections.length}`;
    this.addConnection(name, connection);
    return { room: name, connection, name: called ?? null, role, token: null, expiresAt: '2026-01-01T00:01:00.000Z' };
  }

  postMessage(name: string, { data, to }: PostMessage): MessageResource {
    this.getRoom(name);
    const message = { id: this.messages.length + 1, at: '2026-01-01T00:00:00.000Z', from: null, name: null, to, data };
    this.messages.push(message);
    return message;
  }

  listMessages(name: string, { after, limit }: MessageQuery): MessageResource[] {
    this.getRoom(name);
    const wanted = this.messages.filter(({ id }) => id > (after ?? 0));
    return after === undefined ? wanted.slice(-limit) : wanted.slice(0, limit);
  }
}

/** A gate that lets everybody do everything, unless the options say something else. */
export function gateWith(options: Partial<GateOptions> = {}): Gate {
  const limits = new RequestLimits({ requestsPerSecond: 1000, failuresPerMinute: 1000 });
  return new Gate({ access: new Access(null), limits, host: '127.0.0.1', logger: silentLogger, ...options });
}

/** The options of an API over `rooms` that is healthy. */
export function apiOver(rooms: FakeRooms, health: Partial<Health> = {}): ApiOptions {
  return {
    rooms: () => rooms,
    events: () => rooms.eventSource(),
    gate: gateWith(),
    health: () =>
      Promise.resolve({
        status: 'ok',
        version: '0',
        uptimeSeconds: 1,
        bridge: null,
        rooms: null,
        workers: null,
        ...health,
      }),
    readiness: () => Promise.resolve({ ready: true, reason: null }),
    figures: rooms.figures,
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
  };
}
