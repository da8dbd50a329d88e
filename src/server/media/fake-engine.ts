import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { FakeEndpoint } from './fake-endpoint.ts';
import { addTraffic, type EndpointFigures, NO_TRAFFIC } from '../../protocol/media-ipc/figures.ts';
import type { GridTiles } from '../../protocol/media-ipc/grid.ts';
import type { VideoCodec } from '../../protocol/video-codec.ts';
import type {
  Endpoint,
  MediaDump,
  MediaEngine,
  MediaRoom,
  MediaRoomEvents,
  MediaRoomOptions,
  WorkerTraffic,
} from './media-engine.ts';

const FIRST_PID = 1_000_001; // above Linux's largest pid, so that nothing real is ever meant

/** A worker of the fake engine: a name for rooms that live and die together. */
class FakeWorker {
  readonly pid: number;
  readonly rooms = new Set<FakeMediaRoom>();
  constructor(pid: number) {
    this.pid = pid;
  }

  get endpoints(): number {
    return [...this.rooms].reduce((count, room) => count + room.endpoints.length, 0);
  }
}

/** A media room of the fake engine. */
export class FakeMediaRoom implements MediaRoom {
  readonly events = new TypedEmitter<MediaRoomEvents>();
  readonly name: string;
  readonly codec: VideoCodec;
  /** The tiles of its grid; null before the first were stated. */
  grid: GridTiles | null = null;
  readonly #newEndpointId: () => string;
  readonly #forget: (room: FakeMediaRoom) => void;
  readonly #endpoints = new Set<FakeEndpoint>();
  #end: 'media-worker-died' | 'media-room-closed' | null = null;

  constructor(name: string, codec: VideoCodec, newEndpointId: () => string, forget: (room: FakeMediaRoom) => void) {
    this.name = name;
    this.codec = codec;
    this.#newEndpointId = newEndpointId;
    this.#forget = forget;
  }

  /** The endpoints that are not closed, in the order in which they were made. */
  get endpoints(): readonly FakeEndpoint[] {
    return [...this.#endpoints];
  }

  /** Whether it has ended. */
  get isClosed(): boolean {
    return this.#end !== null;
  }

  async createEndpoint(): Promise<Endpoint> {
    if (this.isClosed) throw new WebstreamerError('media-room-closed');
    await Promise.resolve(); // as across a process border: never in the same turn
    if (this.#end !== null) throw new WebstreamerError(this.#end);
    const endpoint = new FakeEndpoint(this.#newEndpointId());
    this.#endpoints.add(endpoint);
    endpoint.events.on('closed', () => this.#endpoints.delete(endpoint));
    return endpoint;
  }

  async setGrid(tiles: GridTiles): Promise<void> {
    if (this.isClosed) throw new WebstreamerError('media-room-closed');
    await Promise.resolve();
    if (this.#end !== null) throw new WebstreamerError(this.#end);
    this.grid = tiles;
  }

  async figures(): Promise<ReadonlyMap<string, EndpointFigures>> {
    if (this.isClosed) throw new WebstreamerError('media-room-closed');
    await Promise.resolve();
    if (this.#end !== null) throw new WebstreamerError(this.#end);
    return new Map(this.endpoints.flatMap(({ id, figures }) => (figures ? [[id, figures] as const] : [])));
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.end('media-room-closed');
  }

  /** Ends the room and its endpoints; with its worker, it says so. */
  end(end: 'media-worker-died' | 'media-room-closed'): void {
    if (this.#end !== null) return;
    this.#end = end;
    for (const endpoint of this.endpoints) endpoint.end(end === 'media-worker-died' ? end : 'endpoint-closed');
    if (end === 'media-worker-died') this.events.emit('died');
    this.events.removeAll();
    this.#forget(this);
  }
}

/** A MediaEngine in memory, for tests of everything above it: no media, but the same promises, errors and events. */
export class FakeMediaEngine implements MediaEngine {
  /** While false no worker can be had, as when the new one dies again and again. */
  available = true;
  readonly #workers: FakeWorker[];
  #nextPid = FIRST_PID;
  #nextEndpoint = 1;
  #restarts = 0;
  #closed = false;

  constructor({ workers = 1 }: { workers?: number } = {}) {
    this.#workers = Array.from({ length: workers }, () => new FakeWorker(this.#nextPid++));
  }

  /** The rooms that are not closed, in the order in which they were made. */
  get rooms(): readonly FakeMediaRoom[] {
    return this.#workers.flatMap((worker) => [...worker.rooms]);
  }

  /** The endpoints of all rooms. */
  get endpoints(): readonly FakeEndpoint[] {
    return this.rooms.flatMap((room) => room.endpoints);
  }

  async createRoom(name: string, { codec = 'vp8' }: MediaRoomOptions = {}): Promise<MediaRoom> {
    await Promise.resolve();
    if (this.#closed) throw new WebstreamerError('shutting-down');
    if (!this.available) throw new WebstreamerError('media-unavailable');
    const worker = this.#workers.reduce((least, other) =>
      (other.endpoints - least.endpoints || other.rooms.size - least.rooms.size) < 0 ? other : least,
    );
    const room = new FakeMediaRoom(
      name,
      codec,
      () => `endpoint-${this.#nextEndpoint++}`,
      (ended) => worker.rooms.delete(ended),
    );
    worker.rooms.add(room);
    return room;
  }

  async dump(): Promise<MediaDump> {
    await Promise.resolve();
    return {
      workers: this.#workers.map((worker, index) => ({
        place: index + 1,
        pid: worker.pid,
        rooms: worker.rooms.size,
        endpoints: worker.endpoints,
        pipelines: 1 + worker.rooms.size + worker.endpoints,
        threads: 0,
        fileDescriptors: 0,
        cpuSeconds: 0,
        residentBytes: 0,
        allocatedBytes: 0,
      })),
      restarts: this.#restarts,
    };
  }

  async traffic(): Promise<WorkerTraffic[]> {
    await Promise.resolve();
    return this.#workers.map(({ rooms }, index) => {
      const figures = [...rooms].flatMap((room) => room.endpoints.flatMap((endpoint) => endpoint.figures ?? []));
      return { place: index + 1, ...figures.reduce(addTraffic, NO_TRAFFIC) };
    });
  }

  /** Ends a worker as SIGKILL does, with all that it holds; another one takes its place at once. */
  killWorker(pid: number | undefined = this.#workers[0]?.pid): void {
    const index = this.#workers.findIndex((worker) => worker.pid === pid);
    const [killed] = this.#workers.splice(index, 1, new FakeWorker(this.#nextPid++));
    this.#restarts++;
    for (const room of killed?.rooms ?? []) room.end('media-worker-died');
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#closed = true;
    for (const worker of this.#workers.splice(0)) {
      for (const room of worker.rooms) room.end('media-room-closed');
    }
  }
}
