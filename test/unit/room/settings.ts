import { CreateRoom, type RoomSettings } from '../../../src/protocol/http-api/room.ts';

/** A room to be created: what is named, and the defaults of the API for the rest. */
export function newRoom(room: Partial<CreateRoom> = {}): CreateRoom {
  return CreateRoom.parse({ name: 'lobby', ...room });
}

/** The settings of a room: what is named, and the defaults of the API for the rest. */
export function roomSettings(change: Partial<RoomSettings> = {}): RoomSettings {
  const settings: Partial<CreateRoom> = newRoom(change);
  delete settings.name;
  delete settings.connections;
  return settings as RoomSettings;
}
