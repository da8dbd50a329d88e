import type { ApiEvent } from '../../protocol/http-api/event.ts';
import type { ConnectionResource, RoomResource } from '../../protocol/http-api/room.ts';

/** The rooms by name, in the order of their names. */
export type Rooms = ReadonlyMap<string, RoomResource>;

/** By code points, as the API orders them, so that all operators see one order. */
const byName = (a: RoomResource, b: RoomResource) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** The rooms as the API lists them. */
export function roomsOf(list: readonly RoomResource[]): Rooms {
  return new Map([...list].sort(byName).map((room) => [room.name, room]));
}

function withRoom(rooms: Rooms, room: RoomResource): Rooms {
  if (rooms.has(room.name)) return new Map([...rooms].map(([name, old]) => [name, name === room.name ? room : old]));
  return roomsOf([...rooms.values(), room]);
}

function withConnections(
  rooms: Rooms,
  name: string,
  change: (connections: ConnectionResource[]) => ConnectionResource[],
): Rooms {
  const room = rooms.get(name);
  return room === undefined ? rooms : withRoom(rooms, { ...room, connections: change(room.connections) });
}

function upsert(connections: ConnectionResource[], given: ConnectionResource): ConnectionResource[] {
  if (!connections.some(({ id }) => id === given.id)) return [...connections, given];
  return connections.map((connection) => (connection.id === given.id ? given : connection));
}

/** The rooms after an event. What is told of a room or connection that is not there (any more) changes nothing. */
export function afterEvent(rooms: Rooms, event: ApiEvent): Rooms {
  switch (event.type) {
    case 'room-created':
    case 'room-changed':
      return withRoom(rooms, event.resource);
    case 'room-deleted':
      return rooms.has(event.room) ? new Map([...rooms].filter(([name]) => name !== event.room)) : rooms;
    case 'connection-added':
    case 'connection-changed':
      return withConnections(rooms, event.room, (connections) => upsert(connections, event.connection));
    case 'connection-removed': {
      const room = rooms.get(event.room);
      if (room === undefined) return rooms;
      const connections = room.connections.filter(({ id }) => id !== event.connection);
      const speaker = room.speaker === event.connection ? null : room.speaker;
      return withRoom(rooms, { ...room, connections, speaker });
    }
    case 'speaking':
      return withConnections(rooms, event.room, (connections) =>
        connections.map((connection) =>
          connection.id === event.connection ? { ...connection, speaking: event.speaking } : connection,
        ),
      );
    case 'draining':
    case 'levels':
    case 'message':
      return rooms;
  }
}

/** How many people are in a room. */
export function peopleIn(room: RoomResource): number {
  return room.connections.filter(({ user }) => user !== null).length;
}
