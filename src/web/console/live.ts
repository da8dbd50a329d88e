import { ApiError, UnreachableError, type Webstreamer } from '../../client/index.ts';
import type { StreamEvent } from '../../protocol/http-api/event.ts';
import type { RoomResource } from '../../protocol/http-api/room.ts';
import { afterEvent, type Rooms, roomsOf } from './rooms-state.ts';
import { Signal } from './signal.ts';

/** How long to wait before something that has failed is tried again. */
const RETRY_MS = 2000;
/** The client waits longer and longer between its attempts; when others reach the server it is not left waiting, but only so often. */
const HURRY_MS = 10_000;

/** An event that is not about the beginning of the stream. */
export type LiveEvent = Exclude<StreamEvent, { type: 'reset' }>;

/** An event, and the rooms as they were before it. */
export interface Told {
  event: LiveEvent;
  before: Rooms | undefined;
}

/** What is needed of the client library. */
export type LiveClient = Pick<Webstreamer, 'events' | 'listRooms' | 'getRoom'>;

/** The rooms as they are on the server, kept so by its events. */
export class Live {
  /** Tells that `rooms` are others. */
  readonly changed = new Signal();
  /** Tells of each event, after `rooms` have changed by it, and of the rooms before. */
  readonly event = new Signal<Told>();
  /** Tells when events were missed and the rooms were read anew. */
  readonly missed = new Signal();
  /** Tells whether the server can be reached, when that changes. */
  readonly reachable = new Signal<boolean>();
  /** Tells that the server refuses, for good. */
  readonly refused = new Signal<ApiError>();
  /** Undefined until they have been read. */
  rooms: Rooms | undefined;
  readonly #client: LiveClient;
  readonly #room: string | null;
  readonly #ending = new AbortController();
  /** What has happened since a reading began; undefined while none goes on. */
  #meanwhile: LiveEvent[] | undefined;
  #isReachable = true;
  #stream = new AbortController();
  #connected = false;
  #lastEventId: string | undefined;
  #hurriedAtMs = -Infinity;

  /** Begins to follow; `room` = the only one to follow, null = all. */
  constructor(client: LiveClient, room: string | null) {
    this.#client = client;
    this.#room = room;
    void this.#follow();
  }

  /** Ceases to follow. */
  close(): void {
    this.#ending.abort();
    this.#stream.abort();
  }

  /** What others have noticed of the server: it is there again only when its events come, too. */
  noteReachable(reachable: boolean): void {
    if (!reachable || this.#connected) this.#setReachable(reachable);
    else if (performance.now() - this.#hurriedAtMs > HURRY_MS) {
      this.#hurriedAtMs = performance.now();
      this.#stream.abort();
    }
  }

  /** Takes in an answer of the API: the next event would say the same. */
  take(room: RoomResource): void {
    if (this.rooms === undefined) return;
    this.#apply({ type: 'room-changed', room: room.name, resource: room });
    this.changed.tell();
  }

  async #follow(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      this.#stream = new AbortController();
      try {
        for await (const event of this.#client.events(this.#eventOptions(this.#stream.signal))) this.#take(event);
      } catch (error) {
        this.#failed(error);
        await this.#pause();
      }
    }
  }

  #eventOptions(signal: AbortSignal) {
    return {
      levels: true,
      signal,
      ...(this.#room !== null && { room: this.#room }),
      ...(this.#lastEventId !== undefined && { lastEventId: this.#lastEventId }),
      onConnection: (connected: boolean) => {
        this.#connected = connected;
        this.#setReachable(connected);
        // The stream has begun: what is read from now on is not older than its first event.
        if (connected && this.rooms === undefined) void this.#readAnew();
      },
    };
  }

  #take(event: StreamEvent): void {
    this.#lastEventId = event.id ?? this.#lastEventId;
    if (event.type === 'reset') {
      void this.#readAnew();
    } else {
      const before = this.rooms;
      this.#meanwhile?.push(event);
      if (event.type !== 'levels') {
        this.#apply(event);
        this.changed.tell();
      }
      this.event.tell({ event, before });
    }
  }

  #setReachable(reachable: boolean): void {
    if (reachable === this.#isReachable || this.#ending.signal.aborted) return;
    this.#isReachable = reachable;
    this.reachable.tell(reachable);
  }

  #apply(event: Parameters<typeof afterEvent>[1]): void {
    if (this.rooms !== undefined) this.rooms = afterEvent(this.rooms, event);
  }

  /** Reads the rooms until it succeeds; a later reading takes over from an earlier one. */
  async #readAnew(): Promise<void> {
    const meanwhile: LiveEvent[] = [];
    this.#meanwhile = meanwhile;
    const isFirst = this.rooms === undefined;
    while (!this.#ending.signal.aborted && this.#meanwhile === meanwhile) {
      try {
        const rooms = roomsOf(await this.#read());
        if (this.#meanwhile !== meanwhile) return;
        this.#meanwhile = undefined;
        this.rooms = meanwhile.reduce(afterEvent, rooms);
        this.changed.tell();
        if (!isFirst) this.missed.tell();
      } catch (error) {
        this.#failed(error);
        await this.#pause();
      }
    }
  }

  async #read(): Promise<RoomResource[]> {
    if (this.#room === null) return this.#client.listRooms();
    try {
      return [await this.#client.getRoom(this.#room)];
    } catch (error) {
      if (error instanceof ApiError && error.code === 'room-not-found') return [];
      throw error;
    }
  }

  #failed(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
      this.close();
      this.refused.tell(error);
    } else if (error instanceof UnreachableError) this.#setReachable(false);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
