import { withDeadline } from '../../common/deadline.ts';
import type { Logger } from '../../common/logger.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { GridFormat } from '../../protocol/grid-format.ts';
import type { IceSettings } from '../../protocol/ice.ts';
import type { MediaDump, MediaEngine, MediaRoom, MediaRoomOptions, WorkerTraffic } from './media-engine.ts';
import type { WorkerDeadlines, WorkerProcess, WorkerSpec } from './worker-process.ts';
import { WorkerRoom } from './worker-room.ts';
import { WorkerSupervisor } from './worker-supervisor.ts';

const DEFAULT_DEADLINES: WorkerDeadlines = { startMs: 20_000, callMs: 10_000, stopMs: 2_000, checkMs: 5_000 };

/** How the engine is made. */
export interface WorkerEngineOptions {
  /** The compiled entry of the worker process. */
  workerEntry: string;
  /** The number of worker processes. */
  workers: number;
  /** The addresses that ICE candidates are gathered on; empty = all of the machine's. */
  iceAddresses: string[];
  /** The other settings of ICE; by default it uses those addresses only. */
  ice?: IceSettings;
  /** The most that one page may send as video, in bit/s. */
  maxBitrateBps: number;
  /** The picture of the layout `grid`, as far as it differs from the default. */
  grid?: Partial<GridFormat>;
  /** A page from which nothing arrives for this long has stalled. Default 8000. */
  stallTimeoutMs?: number;
  deadlines?: Partial<WorkerDeadlines>;
  logger: Logger;
}

class WorkerEngine implements MediaEngine {
  readonly #supervisors: WorkerSupervisor[];
  /** `changed`: a worker is warm, or there will be none any more. */
  readonly #events = new TypedEmitter<{ changed: [] }>();
  readonly #startMs: number;
  #lastRoom = 0;
  #closing: Promise<unknown> | null = null;

  constructor(spec: WorkerSpec, workers: number) {
    this.#startMs = spec.deadlines.startMs;
    const onReady = () => {
      this.#events.emit('changed');
    };
    this.#supervisors = Array.from({ length: workers }, () => new WorkerSupervisor(spec, onReady));
  }

  /** Resolves when one worker is warm; rejects when none can start. */
  async firstReady(): Promise<void> {
    await Promise.any(this.#supervisors.map((supervisor) => supervisor.worker.ready)).catch((error: unknown) => {
      throw (error as AggregateError).errors[0];
    });
  }

  async createRoom(name: string, options: MediaRoomOptions = {}): Promise<MediaRoom> {
    // A worker can be dead before we are told: the room goes to another. Not for ever, as it may be the room that kills it.
    const dead = new Set<WorkerProcess>();
    for (let others = this.#supervisors.length; ; others -= 1) {
      try {
        return await this.#placeRoom(name, options, dead);
      } catch (error) {
        if (others === 0 || !(error instanceof WebstreamerError) || error.code !== 'media-worker-died') throw error;
      }
    }
  }

  /** Adds the worker to `dead` when it turns out to be. */
  async #placeRoom(name: string, options: MediaRoomOptions, dead: Set<WorkerProcess>): Promise<MediaRoom> {
    let supervisor = this.#leastLoaded(dead);
    while (supervisor === undefined) {
      await this.#changed();
      supervisor = this.#leastLoaded(dead);
    }
    const { rooms, worker } = supervisor;
    const room = new WorkerRoom(`${name}#${++this.#lastRoom}`, name, worker, () => rooms.delete(room));
    rooms.add(room); // in the turn in which the worker was chosen, so that rooms made together are spread
    try {
      await room.open(options);
      return room;
    } catch (error) {
      room.close().catch(() => undefined); // a worker that was only late has made it all the same
      dead.add(worker);
      throw error;
    }
  }

  #leastLoaded(dead: ReadonlySet<WorkerProcess>): WorkerSupervisor | undefined {
    if (this.#closing) throw new WebstreamerError('shutting-down');
    return this.#supervisors
      .filter(({ worker }) => worker.running && !dead.has(worker))
      .sort((a, b) => a.load - b.load || a.rooms.size - b.rooms.size)[0];
  }

  async #changed(): Promise<void> {
    let stopListening: () => void = () => undefined;
    const changed = new Promise<void>((resolve) => {
      stopListening = this.#events.on('changed', resolve);
    });
    try {
      await withDeadline(changed, this.#startMs, () => new WebstreamerError('media-unavailable'));
    } finally {
      stopListening();
    }
  }

  async dump(): Promise<MediaDump> {
    const asked = this.#supervisors.map(async ({ worker }, index) => ({
      place: index + 1,
      pid: worker.pid,
      ...(await worker.call('dump', {})),
    }));
    const dumps = await Promise.allSettled(asked);
    return {
      workers: dumps.flatMap((dump) => (dump.status === 'fulfilled' ? [dump.value] : [])),
      restarts: this.#supervisors.reduce((sum, { restarts }) => sum + restarts, 0),
    };
  }

  async traffic(): Promise<WorkerTraffic[]> {
    const asked = this.#supervisors.map(async ({ worker }, index) => ({
      place: index + 1,
      ...(await worker.call('traffic', {})),
    }));
    const answers = await Promise.allSettled(asked);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all(this.#supervisors.map((supervisor) => supervisor.close()));
    this.#events.emit('changed');
    await this.#closing;
  }
}

/** Forks the media workers; resolves when the first is warm, rejects (with `gstreamer-missing`, for one) when none can start. */
export async function createWorkerEngine(options: WorkerEngineOptions): Promise<MediaEngine> {
  const spec: WorkerSpec = {
    entry: options.workerEntry,
    options: {
      iceAddresses: options.iceAddresses,
      ...(options.ice && { ice: options.ice }),
      maxVideoBitrateBps: options.maxBitrateBps,
      grid: options.grid ?? {},
      stallTimeoutMs: options.stallTimeoutMs ?? 8_000,
    },
    deadlines: { ...DEFAULT_DEADLINES, ...options.deadlines },
    logger: options.logger,
  };
  const engine = new WorkerEngine(spec, options.workers);
  try {
    await engine.firstReady();
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}
