import { CreateRoom, type RoomSettings } from '../../../src/protocol/http-api/room.ts';

/** A room to be created: what is named, and the defaults of the API for the rest. */
export function newRoom(room: Partial<CreateRoom> = {}): CreateRoom {
  return CreateRoom.parse({ name: 'lobby', ...room });
}

/** The settings of a room: what is named, and the defaults of the API for the rest. */
export function roomSettings(change: Partial<RoomSettings> = {}): RoomSettings {
  const { name, connections, ...settings } = newRoom(change);
  void [name, connections];
  return settings;
}
