import type { Access, JoinLink, JoinRoom, LinkResource, MakeLink, Place } from '../protocol/http-api/access.ts';
import type { MessageResource } from '../protocol/http-api/chat.ts';
import type { Health } from '../protocol/http-api/health.ts';
import type { StreamEvent } from '../protocol/http-api/event.ts';
import type { ChangeConnection, ChangeRoom, CreateRoom, RoomResource } from '../protocol/http-api/room.ts';
import type { RoomStats, ServerStats } from '../protocol/http-api/stats.ts';
import { type EventOptions, EventReader } from './event-stream.ts';
import { type ClientOptions, Requester, type RequestOptions } from './request.ts';

/** A room, and the ETag with which a change can say that it means the room as it is here. */
export type TaggedRoom = RoomResource & { etag: string | undefined };

/** What many methods can be told: `etag` = do it only while the room is as it was with that tag, else `changed-meanwhile`. */
export type CallOptions = Pick<RequestOptions, 'etag' | 'signal'>;

const API = '/api/v1';
const room = (name: string, ...rest: string[]) =>
  [`${API}/rooms`, ...[name, ...rest].map(encodeURIComponent)].join('/');

/**
 * Drives a webstreamer server, from Node or a browser. Every method rejects with an `ApiError` (see its `code`) or an
 * `UnreachableError`.
 */
export class Webstreamer {
  readonly #requester: Requester;

  constructor(options: ClientOptions) {
    this.#requester = new Requester(options);
  }

  /** Whether the server can serve media: `status` is `degraded` while it cannot. */
  health(): Promise<Health> {
    return this.#requester.json('GET', `${API}/health`, { alsoAnswer: 503 });
  }

  /** What this client may do. */
  access(): Promise<Access> {
    return this.#requester.json('GET', `${API}/access`);
  }

  /** What the server and its workers use. */
  stats(): Promise<ServerStats> {
    return this.#requester.json('GET', `${API}/stats`);
  }

  /** All rooms, in the order of their names. */
  async listRooms(): Promise<RoomResource[]> {
    const rooms: RoomResource[] = [];
    for (let after: string | undefined; ; after = rooms.at(-1)?.name) {
      const page = await this.#requester.json<RoomResource[]>('GET', `${API}/rooms`, { query: { after, limit: 1000 } });
      rooms.push(...page);
      if (page.length < 1000) return rooms;
    }
  }

  /** One room, with its ETag. */
  getRoom(name: string): Promise<TaggedRoom> {
    return this.#room('GET', room(name));
  }

  /** Makes a room; every setting has a default. */
  createRoom(settings: Partial<CreateRoom> & { name: string }): Promise<TaggedRoom> {
    return this.#room('POST', `${API}/rooms`, { body: settings });
  }

  /** Changes settings of a room. */
  changeRoom(name: string, change: ChangeRoom, options?: CallOptions): Promise<TaggedRoom> {
    return this.#room('PATCH', room(name), { body: change, ...options });
  }

  /** Ends a room. */
  async deleteRoom(name: string, options?: CallOptions): Promise<void> {
    await this.#requester.send('DELETE', room(name), options);
  }

  /** Gives the floor to a connection, or, with null, takes it from whoever has it. */
  async setSpeaker(name: string, connection: string | null, options?: CallOptions): Promise<void> {
    const body = connection === null ? {} : { body: { connection } };
    await this.#requester.send(connection === null ? 'DELETE' : 'PUT', room(name, 'speaker'), { ...body, ...options });
  }

  /** Bitrates, loss and quality of each connection of a room. */
  roomStats(name: string): Promise<RoomStats> {
    return this.#requester.json('GET', room(name, 'stats'));
  }

  /** Adds a connection to a room. */
  addConnection(name: string, id: string): Promise<TaggedRoom> {
    return this.#room('POST', room(name, 'connections'), { body: { id } });
  }

  /** Names or mutes the user of a connection. */
  changeConnection(name: string, id: string, change: ChangeConnection): Promise<TaggedRoom> {
    return this.#room('PATCH', room(name, 'connections', id), { body: change });
  }

  /** Takes a connection out of its room. */
  async removeConnection(name: string, id: string): Promise<void> {
    await this.#requester.send('DELETE', room(name, 'connections', id));
  }

  /** Shows the user of a connection out, and tells them `message`. */
  async removeUser(name: string, id: string, message?: string): Promise<void> {
    await this.#requester.send('DELETE', room(name, 'connections', id, 'user'), { query: { message } });
  }

  /** A JPEG of what the camera of a connection sees. */
  async picture(name: string, id: string): Promise<Blob> {
    const response = await this.#requester.send('GET', room(name, 'connections', id, 'picture'));
    return response.blob();
  }

  /** Gets a place in a room. */
  join(name: string, request: Partial<JoinRoom> = {}): Promise<Place> {
    return this.#requester.json('POST', room(name, 'join'), { body: request });
  }

  /** Makes a link by which people can join a room. */
  makeLink(name: string, link: Partial<MakeLink> = {}): Promise<JoinLink> {
    return this.#requester.json('POST', room(name, 'links'), { body: link });
  }

  /** The links that were made for a room and are still good. */
  listLinks(name: string): Promise<LinkResource[]> {
    return this.#requester.json('GET', room(name, 'links'));
  }

  /** Lets nobody in any more by the link with this id or, with null, by any that was made for the room until now. */
  async revokeLinks(name: string, id: string | null): Promise<void> {
    await this.#requester.send('DELETE', id === null ? room(name, 'links') : room(name, 'links', id));
  }

  /** What has been said in a room: the latest, or what came after a message. */
  listMessages(name: string, query: { after?: number; limit?: number } = {}): Promise<MessageResource[]> {
    return this.#requester.json('GET', room(name, 'messages'), { query });
  }

  /** Says something to everybody in a room, or to one connection. */
  postMessage(name: string, data: unknown, to: string | null = null): Promise<MessageResource> {
    return this.#requester.json('POST', room(name, 'messages'), { body: { data, to } });
  }

  /**
   * The events of the server, or of one room, as they happen: for as long as they are iterated over, until the signal is aborted. A lost
   * stream is opened again by itself, and goes on where it was; an event `reset` says that this was not possible, and that the rooms must
   * be read anew. Rejects when the server cannot be reached at first, and whenever it refuses.
   */
  events(options: EventOptions = {}): AsyncGenerator<StreamEvent, void, undefined> {
    return new EventReader(this.#requester, options).events();
  }

  async #room(method: string, path: string, options?: RequestOptions): Promise<TaggedRoom> {
    const response = await this.#requester.send(method, path, options);
    const resource = (await response.json()) as RoomResource;
    return { ...resource, etag: response.headers.get('etag') ?? undefined };
  }
}
