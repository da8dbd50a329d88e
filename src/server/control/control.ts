import type { Logger } from '../../common/logger.ts';
import { runAll, settleAll } from '../../common/run-all.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { ChangeRoom, CreateRoom, RoomResource, RoomSettings } from '../../protocol/http-api/room.ts';
import type { Reason } from '../../protocol/reasons.ts';
import { Connection } from '../connection/connection.ts';
import type { PeerLink } from '../connection/peer-link.ts';
import type { SeatLimits } from '../connection/seat.ts';
import type { MediaEngine } from '../media/media-engine.ts';
import { Room } from '../room/room.ts';
import { firstUp } from './first-up.ts';

/** How long a new connection may take to be reachable before the one who made it is answered all the same. */
const FIRST_UP_MS = 3_000;

/** What the use cases work with; `clock` is in milliseconds since 1970, `firstUpMs` the longest wait for a new connection's link. */
export interface ControlOptions {
  engine: MediaEngine;
  createLink: (connectionId: string) => PeerLink;
  logger: Logger;
  clock?: () => number;
  timeouts?: Partial<SeatLimits> & { firstUpMs?: number };
}

/** What is held, for books that must balance; `queued` = things that wait in mailboxes. */
export interface ControlDump {
  rooms: number;
  connections: number;
  users: number;
  queued: number;
}

interface HeldRoom {
  room: Room;
  connections: Map<string, Connection>;
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
  #closed: Promise<void> | null = null;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** All rooms, in the order in which they were made. */
  listRooms(): RoomResource[] {
    return [...this.#rooms.values()].map(resourceOf);
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
    this.#reserve(name, ids);
    const made = await this.#makeRoom(name, settings, ids).catch((error: unknown) => {
      this.#release(name, ids);
      throw error;
    });
    this.#rooms.set(name, made.held);
    await Promise.all(made.reachable);
    return resourceOf(made.held);
  }

  /** Changes what is named of a room. */
  changeRoom(name: string, change: ChangeRoom): RoomResource {
    this.#assertOpen();
    const held = this.#held(name);
    held.room.change(change);
    return resourceOf(held);
  }

  /** Ends a room and every connection in it; resolves when all has ended. */
  async deleteRoom(name: string): Promise<void> {
    this.#assertOpen();
    const { room, connections } = this.#held(name);
    this.#rooms.delete(name);
    await this.#end(room.close('room-closed'));
    this.#release(name, [...connections.keys()]);
  }

  /** Gives the floor to a connection of the room, whether its user is there or not. */
  setSpeaker(name: string, connectionId: string): RoomResource {
    this.#assertOpen();
    const held = this.#held(name);
    this.#connection(held, connectionId);
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
    const held = this.#held(name);
    this.#reserve(null, [id]);
    let reachable: Promise<void>;
    try {
      reachable = this.#connect(held, id);
    } catch (error) {
      this.#ids.delete(id);
      throw error;
    }
    await reachable;
    return resourceOf(held);
  }

  /** Ends a connection and takes it out of its room. */
  async removeConnection(name: string, id: string): Promise<void> {
    this.#assertOpen();
    const held = this.#held(name);
    const connection = this.#connection(held, id);
    held.connections.delete(id);
    held.room.remove(id);
    await this.#end(connection.close('connection-removed'));
    this.#ids.delete(id);
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
  ): Promise<{ held: HeldRoom; reachable: Promise<void>[] }> {
    const logger = this.#options.logger.child({ room: name });
    const room = await Room.open({ name, settings, engine: this.#options.engine, logger });
    const held: HeldRoom = { room, connections: new Map() };
    try {
      this.#assertOpen();
      return { held, reachable: ids.map((id) => this.#connect(held, id)) };
    } catch (error) {
      await room.close('failed');
      throw error;
    }
  }

  /** Adds a connection to a room; what is returned resolves when pages can join it, or have been waited for long enough. */
  #connect({ room, connections }: HeldRoom, id: string): Promise<void> {
    const { createLink, clock, timeouts } = this.#options;
    const logger = this.#options.logger.child({ room: room.name, connection: id });
    const link = createLink(id);
    const reachable = firstUp(link, timeouts?.firstUpMs ?? FIRST_UP_MS);
    const connection = new Connection({
      id,
      room,
      link,
      logger,
      ...(clock && { now: clock }),
      ...(timeouts && { limits: timeouts }),
    });
    connections.set(id, connection);
    room.add(connection);
    return reachable;
  }

  /** Waits for an end that nobody can be told the failure of any more but the log. */
  async #end(ending: Promise<void>): Promise<void> {
    const logged = ending.catch((error: unknown) => {
      this.#options.logger.error({ err: error }, 'not everything could be closed');
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

  #connection({ room, connections }: HeldRoom, id: string): Connection {
    const connection = connections.get(id);
    if (connection === undefined) {
      throw new WebstreamerError('connection-not-found', `there is no connection ${id} in the room ${room.name}`);
    }
    return connection;
  }

  #assertOpen(): void {
    if (this.#closed !== null) throw new WebstreamerError('shutting-down');
  }
}

function resourceOf({ room, connections }: HeldRoom): RoomResource {
  return {
    name: room.name,
    ...room.settings,
    speaker: room.speaker,
    connections: [...connections.values()].map((connection) => connection.resource),
  };
}
