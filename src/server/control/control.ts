import type { Logger } from '../../common/logger.ts';
import { runAll, settleAll } from '../../common/run-all.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { JoinRoom, Place } from '../../protocol/http-api/access.ts';
import type { MessageQuery, MessageResource, PostMessage } from '../../protocol/http-api/chat.ts';
import type { ApiEvent } from '../../protocol/http-api/event.ts';
import type {
  ChangeConnection,
  ChangeRoom,
  CreateRoom,
  RoomResource,
  RoomSettings,
} from '../../protocol/http-api/room.ts';
import type { RoomStats } from '../../protocol/http-api/stats.ts';
import type { Reason } from '../../protocol/reasons.ts';
import type { Admit } from '../connection/admission.ts';
import { Connection, type ConnectionUse } from '../connection/connection.ts';
import type { PeerLink } from '../connection/peer-link.ts';
import type { SeatLimits } from '../connection/seat.ts';
import type { MediaEngine } from '../media/media-engine.ts';
import { Room } from '../room/room.ts';
import { Drain, type DrainNotice } from './drain.ts';
import { firstUp } from './first-up.ts';
import { connectionOf, connectionResource, type HeldRoom, resourceOf } from './held-room.ts';
import { watchJoins } from './join-watch.ts';
import { Places, type PlaceTokens } from './places.ts';
import { reportRoom } from './report-room.ts';
import { roomStats } from './room-stats.ts';
import { Samples } from './samples.ts';

/** How long a new connection may take to be reachable before the one who made it is answered all the same. */
const FIRST_UP_MS = 3_000;

/**
 * What the use cases work with; `clock` is in milliseconds since 1970, `firstUpMs` the longest wait for a new connection's link.
 */
export interface ControlOptions {
  engine: MediaEngine;
  createLink: (connectionId: string, room: string) => PeerLink;
  logger: Logger;
  clock?: () => number;
  /** Something that the API tells of has happened. */
  onEvent?: (event: ApiEvent) => void;
  /** A page has joined, and it took so many seconds from its request until its media were up. */
  onJoined?: (seconds: number) => void;
  /** Makes what the page of a place says to prove that it is its own; without it, places have no tokens. */
  tokens?: PlaceTokens;
  /** Decides whether a page may take part; by default everybody may. */
  admit?: Admit;
  timeouts?: Partial<SeatLimits> & { firstUpMs?: number };
}

/** What is held, for books that must balance; `queued` = things that wait in mailboxes. */
export interface ControlDump {
  rooms: number;
  connections: number;
  users: number;
  queued: number;
}

/** The use cases: all that an operator can do, whichever way they ask for it. */
export class Control {
  readonly #options: ControlOptions;
  readonly #rooms = new Map<string, HeldRoom>();
  /** Names and ids stay taken until what had them has ended. */
  readonly #names = new Set<string>();
  readonly #ids = new Set<string>();
  /** What is ending: the server's end waits for it. */
  readonly #ending = new Set<Promise<void>>();
  readonly #places: Places;
  #drain: Drain | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#places = new Places({
      connect: (held, id, use) => this.#add(held, id, use),
      holds: (held, id) => this.#holds(held, id),
      remove: (held, id) => this.#remove(held, id),
      ...(options.clock && { clock: options.clock }),
      ...(options.tokens && { tokens: options.tokens }),
    });
  }

  /** The rooms in the order of their names (of UTF-16): those behind `after`, at most `limit`. */
  listRooms({ after, limit = Infinity }: { after?: string | undefined; limit?: number } = {}): RoomResource[] {
    const names = [...this.#rooms.keys()].filter((name) => after === undefined || name > after).sort();
    return names.slice(0, limit).map((name) => this.getRoom(name));
  }

  /** One room, or `room-not-found`. */
  getRoom(name: string): RoomResource {
    return resourceOf(this.#held(name));
  }

  /**
   * Makes a room with its connections, all or nothing: `room-exists`, `connection-exists`, or what the media engine says.
   * Resolves when pages can join, or after some seconds if the bridge cannot be reached.
   */
  async createRoom({ name, connections: ids, ...settings }: CreateRoom): Promise<RoomResource> {
    this.#assertOpen();
    this.#assertTakesMore();
    this.#reserve(name, ids);
    const made = await this.#makeRoom(name, settings, ids).catch((error: unknown) => {
      this.#release(name, ids);
      throw error;
    });
    this.#rooms.set(name, made.held);
    this.#tell({ type: 'room-created', room: name, resource: resourceOf(made.held) });
    await Promise.all(made.reachable);
    return resourceOf(made.held);
  }

  /** Changes what is named of a room. */
  changeRoom(name: string, change: ChangeRoom): RoomResource {
    this.#assertOpen();
    const held = this.#held(name);
    held.room.change(change);
    return this.#changed(held);
  }

  /** Ends a room and every connection in it; resolves when all has ended. */
  async deleteRoom(name: string): Promise<void> {
    this.#assertOpen();
    const { room, connections } = this.#held(name);
    this.#rooms.delete(name);
    await this.#end(room.close('room-closed'), { room: name });
    this.#tell({ type: 'room-deleted', room: name });
    this.#release(name, [...connections.keys()]);
  }

  /** Gives the floor to a connection of the room, whether its user is there or not. */
  setSpeaker(name: string, connectionId: string): RoomResource {
    this.#assertOpen();
    const held = this.#held(name);
    if (connectionOf(held, connectionId).role === 'viewer') throw new WebstreamerError('is-viewer');
    held.room.setSpeaker(connectionId);
    return resourceOf(held);
  }

  /** Takes the floor from whoever has it. */
  clearSpeaker(name: string): RoomResource {
    this.#assertOpen();
    const held = this.#held(name);
    held.room.setSpeaker(null);
    return resourceOf(held);
  }

  /** Adds a connection to a room; ids are unique over all rooms. Resolves as `createRoom` does. */
  async addConnection(name: string, id: string): Promise<RoomResource> {
    this.#assertOpen();
    this.#assertTakesMore();
    const held = this.#held(name);
    await this.#add(held, id);
    return resourceOf(held);
  }

  /**
   * Makes a connection for one who wants to take part: `room-locked`, `room-full`, or `bridge-unreachable` when pages could not join it.
   * It goes when its user leaves for good, or when nobody comes.
   */
  async joinRoom(name: string, asked: JoinRoom): Promise<Omit<Place, 'url'>> {
    this.#assertOpen();
    this.#assertTakesMore();
    return await this.#places.make(this.#held(name), asked);
  }

  /** Changes what is named of a connection: what its user is called, and what is not passed on of them. */
  changeConnection(name: string, id: string, change: ChangeConnection): RoomResource {
    this.#assertOpen();
    const held = this.#held(name);
    connectionOf(held, id).change(change);
    return resourceOf(held);
  }

  /** Shows the user of a connection out, and tells them `text`; the connection stays. Rejects with `user-not-found`. */
  async removeUser(name: string, id: string, text?: string): Promise<void> {
    this.#assertOpen();
    await connectionOf(this.#held(name), id).removeUser(text);
  }

  /** Ends a connection and takes it out of its room. */
  async removeConnection(name: string, id: string): Promise<void> {
    this.#assertOpen();
    await this.#remove(this.#held(name), id);
  }

  /** Says something to everybody in a room, or to one connection: `connection-not-found`, `not-delivered`. */
  async postMessage(name: string, message: PostMessage): Promise<MessageResource> {
    this.#assertOpen();
    const held = this.#held(name);
    if (message.to !== null) connectionOf(held, message.to);
    return await held.room.chat.post(message);
  }

  /** What has been said in a room: the oldest messages after one, or the latest. */
  listMessages(name: string, query: MessageQuery): MessageResource[] {
    return this.#held(name).room.chat.list(query);
  }

  /** How the connections of a room do, over the last seconds. */
  async roomStats(name: string): Promise<RoomStats> {
    return await roomStats(this.#held(name), this.#options.clock ?? Date.now);
  }

  /** A small JPEG of what the camera of a connection's user sees. Rejects with `no-picture`. */
  async picture(name: string, id: string): Promise<Buffer> {
    return await connectionOf(this.#held(name), id).picture();
  }

  /**
   * Takes in nobody and nothing any more, and says so in every room: by the event `draining`, and by a message to those who are there.
   * Resolves when the last user has left. The same promise on each call.
   */
  drain(notice: DrainNotice): Promise<void> {
    if (this.#drain === null) {
      this.#drain = new Drain();
      for (const { room } of this.#rooms.values()) {
        room.drain();
        this.#tell({ type: 'draining', room: room.name, endsAt: notice.endsAt.toISOString() });
        if (notice.message !== null) this.#say(room, notice.message);
      }
      this.#drain.left(this.dump().users);
    }
    return this.#drain.empty;
  }

  /** Whether nobody is taken in any more. */
  get draining(): boolean {
    return this.#drain !== null;
  }

  #say(room: Room, text: string): void {
    room.chat.post({ data: text, to: null }).catch((error: unknown) => {
      this.#options.logger.warn({ room: room.name, err: error }, 'the people of a room could not be told');
    });
  }

  /** Ends everything. The same promise on each call; what fails on the way is collected. */
  close(reason: Reason): Promise<void> {
    this.#closed ??= runAll([
      () => settleAll([...this.#rooms.values()].map(({ room }) => room.close(reason))),
      () => settleAll([...this.#ending]),
      () => {
        this.#rooms.clear();
        this.#names.clear();
        this.#ids.clear();
      },
    ]);
    return this.#closed;
  }

  /** What is held at the moment. */
  dump(): ControlDump {
    const connections = [...this.#rooms.values()].flatMap((held) => [...held.connections.values()]);
    return {
      rooms: this.#rooms.size,
      connections: connections.length,
      users: connections.filter((connection) => connection.resource.user !== null).length,
      queued: connections.reduce((sum, connection) => sum + connection.queued, 0),
    };
  }

  async #makeRoom(
    name: string,
    settings: RoomSettings,
    ids: readonly string[],
  ): Promise<{ held: HeldRoom; reachable: Promise<boolean>[] }> {
    const logger = this.#options.logger.child({ room: name });
    const room = await Room.open({
      name,
      settings,
      engine: this.#options.engine,
      logger,
      ...(this.#options.clock && { clock: this.#options.clock }),
    });
    const held: HeldRoom = { room, connections: new Map(), figures: new Samples(() => room.figures()) };
    reportRoom(held, (event) => {
      this.#tell(event);
    });
    try {
      this.#assertOpen();
      return { held, reachable: ids.map((id) => this.#connect(held, id)) };
    } catch (error) {
      await room.close('failed');
      throw error;
    }
  }

  #changed(held: HeldRoom): RoomResource {
    const resource = resourceOf(held);
    this.#tell({ type: 'room-changed', room: resource.name, resource });
    return resource;
  }

  /** Of a connection that is still the room's: what ends with its room, or is taken out of it, is told of as that. */
  #connectionChanged(held: HeldRoom, id: string, reason: Reason | null): void {
    const connection = held.connections.get(id);
    if (connection === undefined || !this.#holds(held, id)) return;
    const resource = connectionResource(held, connection);
    this.#tell({ type: 'connection-changed', room: held.room.name, connection: resource, reason });
  }

  #tell(event: ApiEvent): void {
    this.#options.onEvent?.(event);
  }

  /** Whether a connection is still its room's, and the room still there. */
  #holds(held: HeldRoom, id: string): boolean {
    return held.connections.has(id) && this.#rooms.get(held.room.name) === held && this.#closed === null;
  }

  /** Adds a connection under an id that is free, and tells of it. Resolves as `#connect` does. */
  #add(held: HeldRoom, id: string, use?: ConnectionUse): Promise<boolean> {
    this.#reserve(null, [id]);
    let reachable: Promise<boolean>;
    try {
      reachable = this.#connect(held, id, use);
    } catch (error) {
      this.#ids.delete(id);
      throw error;
    }
    const connection = connectionResource(held, connectionOf(held, id));
    this.#tell({ type: 'connection-added', room: held.room.name, connection });
    return reachable;
  }

  async #remove(held: HeldRoom, id: string): Promise<void> {
    const connection = connectionOf(held, id);
    held.connections.delete(id);
    held.room.remove(id);
    await this.#end(connection.close('connection-removed'), { room: held.room.name, connection: id });
    this.#tell({ type: 'connection-removed', room: held.room.name, connection: id });
    this.#ids.delete(id);
  }

  /** Adds a connection to a room; resolves to whether pages can join it, false when that has been waited for long enough. */
  #connect(held: HeldRoom, id: string, use?: ConnectionUse): Promise<boolean> {
    const { room, connections } = held;
    const { createLink, clock, timeouts, admit } = this.#options;
    const logger = this.#options.logger.child({ room: room.name, connection: id });
    const link = createLink(id, room.name);
    const reachable = firstUp(link, timeouts?.firstUpMs ?? FIRST_UP_MS);
    const connection = new Connection({
      id,
      room,
      link,
      logger,
      ...(use && { use }),
      ...(admit && {
        admit: (token) => admit({ room: room.name, connection: id, temporary: use?.temporary === true, token }),
      }),
      ...(clock && { now: clock }),
      ...(timeouts && { limits: timeouts }),
    });
    watchJoins(connection.events, (seconds) => this.#options.onJoined?.(seconds));
    connection.events.on('state', ({ reason }) => {
      this.#drain?.left(this.dump().users);
      this.#connectionChanged(held, id, reason);
    });
    connection.events.on('changed', () => {
      this.#connectionChanged(held, id, null);
    });
    connections.set(id, connection);
    room.add(connection);
    return reachable;
  }

  /** Waits for an end that nobody can be told the failure of any more but the log. */
  async #end(ending: Promise<void>, subject: Record<string, string>): Promise<void> {
    const logged = ending.catch((error: unknown) => {
      this.#options.logger.error({ ...subject, err: error }, 'not everything could be closed');
    });
    this.#ending.add(logged);
    await logged;
    this.#ending.delete(logged);
  }

  #reserve(name: string | null, ids: readonly string[]): void {
    if (name !== null && this.#names.has(name))
      throw new WebstreamerError('room-exists', `a room ${name} exists already`);
    const taken = ids.find((id, index) => this.#ids.has(id) || ids.indexOf(id) !== index);
    if (taken !== undefined) throw new WebstreamerError('connection-exists', `a connection ${taken} exists already`);
    if (name !== null) this.#names.add(name);
    for (const id of ids) this.#ids.add(id);
  }

  #release(name: string, ids: readonly string[]): void {
    this.#names.delete(name);
    for (const id of ids) this.#ids.delete(id);
  }

  #held(name: string): HeldRoom {
    const held = this.#rooms.get(name);
    if (held === undefined) throw new WebstreamerError('room-not-found', `there is no room ${name}`);
    return held;
  }

  #assertTakesMore(): void {
    if (this.#drain !== null) throw new WebstreamerError('draining');
  }

  #assertOpen(): void {
    if (this.#closed !== null) throw new WebstreamerError('shutting-down');
  }
}
