import type { z } from 'zod';
import type { JoinRoom, Place } from '../../../protocol/http-api/access.ts';
import type { MessageQuery, MessageResource, PostMessage } from '../../../protocol/http-api/chat.ts';
import type { ChangeConnection, ChangeRoom, CreateRoom, RoomResource } from '../../../protocol/http-api/room.ts';

type MaybePromise<T> = T | Promise<T>;

/** The use cases behind the API. What those that change something return is not looked at: the answer is the room as it is then. */
export interface RoomsApi {
  /** In the order of their names: those behind `after`, at most `limit`. */
  listRooms(page: { after?: string | undefined; limit: number }): MaybePromise<RoomResource[]>;
  /** At once, so that nothing can happen between a look at a room and its change. */
  getRoom(name: string): RoomResource;
  createRoom(room: CreateRoom): MaybePromise<unknown>;
  changeRoom(name: string, change: z.output<typeof ChangeRoom>): MaybePromise<unknown>;
  deleteRoom(name: string): MaybePromise<unknown>;
  setSpeaker(name: string, connection: string): MaybePromise<unknown>;
  clearSpeaker(name: string): MaybePromise<unknown>;
  addConnection(name: string, id: string): MaybePromise<unknown>;
  changeConnection(name: string, id: string, change: ChangeConnection): MaybePromise<unknown>;
  removeConnection(name: string, id: string): MaybePromise<unknown>;
  removeUser(name: string, id: string, text?: string): MaybePromise<unknown>;
  joinRoom(name: string, asked: JoinRoom): MaybePromise<Omit<Place, 'url'>>;
  postMessage(name: string, message: PostMessage): MaybePromise<MessageResource>;
  listMessages(name: string, query: MessageQuery): MaybePromise<MessageResource[]>;
}

/** The rooms; throws while they are not there: starting, or shutting down. */
export type FindRooms = () => RoomsApi;

/** The address of something below `/api/v1/rooms`. */
export const addressOf = (...segments: string[]) => ['/api/v1/rooms', ...segments.map(encodeURIComponent)].join('/');
