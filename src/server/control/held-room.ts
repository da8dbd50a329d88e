import { WebstreamerError } from '../../protocol/errors.ts';
import type { ConnectionResource, RoomResource } from '../../protocol/http-api/room.ts';
import type { Connection } from '../connection/connection.ts';
import type { EndpointFigures } from '../../protocol/media-ipc/figures.ts';
import type { Room } from '../room/room.ts';
import type { Samples } from './samples.ts';

/** A room, its connections by their ids, and what its endpoints have received and sent. */
export interface HeldRoom {
  room: Room;
  connections: Map<string, Connection>;
  figures: Samples<ReadonlyMap<string, EndpointFigures>>;
}

/** A connection of the room, or `connection-not-found`. */
export function connectionOf({ room, connections }: HeldRoom, id: string): Connection {
  const connection = connections.get(id);
  if (connection === undefined) {
    throw new WebstreamerError('connection-not-found', `there is no connection ${id} in the room ${room.name}`);
  }
  return connection;
}

/** A connection as the API shows it. */
export function connectionResource({ room }: HeldRoom, connection: Connection): ConnectionResource {
  return { ...connection.resource, speaking: room.speaks(connection.id) };
}

/** The room as the API shows it. */
export function resourceOf(held: HeldRoom): RoomResource {
  const { room, connections } = held;
  return {
    name: room.name,
    ...room.settings,
    speaker: room.speaker,
    connections: [...connections.values()].map((connection) => connectionResource(held, connection)),
  };
}
