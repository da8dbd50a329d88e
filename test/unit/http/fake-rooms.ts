import { WebstreamerError } from '../../../src/protocol/errors.ts';
import type { Health } from '../../../src/protocol/http-api/health.ts';
import type { ConnectionResource, RoomResource } from '../../../src/protocol/http-api/room.ts';
import type { ApiOptions, RoomsApi } from '../../../src/server/http/api-routes.ts';

/** Rooms in memory, with the errors that the use cases have. */
export class FakeRooms implements RoomsApi {
  readonly rooms = new Map<string, RoomResource>();

  #connection(id: string): ConnectionResource {
    return { id, state: 'waiting', user: null, since: '2026-01-01T00:00:00.000Z' };
  }

  listRooms(): RoomResource[] {
    return [...this.rooms.values()];
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

  removeConnection(name: string, id: string): void {
    const room = this.getRoom(name);
    const rest = room.connections.filter((connection) => connection.id !== id);
    if (rest.length === room.connections.length) throw new WebstreamerError('connection-not-found');
    room.connections = rest;
  }
}

/** The options of an API over `rooms` that is healthy. */
export function apiOver(rooms: RoomsApi, health: Partial<Health> = {}): ApiOptions {
  return {
    rooms: () => rooms,
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
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
  };
}
