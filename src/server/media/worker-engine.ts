import { withDeadline } from '../../common/deadline.ts';
import type { Logger } from '../../common/logger.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { MediaDump, MediaEngine, MediaRoom } from './media-engine.ts';
import { type WorkerDeadlines, WorkerProcess, type WorkerSpec } from './worker-process.ts';
import { WorkerRoom } from './worker-room.ts';

const DEFAULT_DEADLINES: WorkerDeadlines = { startMs: 20_000, callMs: 10_000, stopMs: 2_000 };
const RESTART_DELAY_MS = { first: 50, longest: 5_000 };
/** A worker that lived this long was well: the next restart is quick again. */
const WELL_AFTER_MS = 10_000;

/** How the engine is made. */
export interface WorkerEngineOptions {
  /** The compiled entry of the worker process. */
  workerEntry: string;
  /** The number of worker processes. */
  workers: number;
  /** The addresses that ICE candidates are gathered on; empty = all of the machine's. */
  iceAddresses: string[];
  /** The most that one page may send as video, in bit/s. */
  maxBitrateBps: number;
  /** A page from which nothing arrives for this long has stalled. Default 5000. */
  stallTimeoutMs?: number;
  deadlines?: Partial<WorkerDeadlines>;
  logger: Logger;
}

/** A place for a worker: when its process dies, another one takes the place. */
class Seat {
  worker: WorkerProcess;
  readonly rooms = new Set<WorkerRoom>();
  readonly #spec: WorkerSpec;
  readonly #onReady: () => void;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(spec: WorkerSpec, onReady: () => void) {
    this.#spec = spec;
    this.#onReady = onReady;
    this.worker = this.#fork();
  }

  get load(): number {
    return [...this.rooms].reduce((sum, room) => sum + room.size, 0);
  }

  #fork(): WorkerProcess {
    const worker = new WorkerProcess(this.#spec);
    const startedAt = performance.now();
    worker.events.on('endpoint', (id, event) => {
      for (const room of this.rooms) if (room.deliver(id, event)) return;
    });
    worker.events.on('died', () => {
      if (performance.now() - startedAt > WELL_AFTER_MS) this.#failures = 0;
      const delayMs = Math.min(RESTART_DELAY_MS.first * 2 ** this.#failures++, RESTART_DELAY_MS.longest);
      if (!this.#closed) {
        this.#timer = setTimeout(() => {
          this.worker = this.#fork();
        }, delayMs);
      }
      for (const room of [...this.rooms]) room.died();
    });
    worker.ready.then(this.#onReady, (error: unknown) => {
      this.#spec.logger.error({ problem: (error as Error).message }, 'a media worker cannot start');
    });
    return worker;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.worker.stop();
    for (const room of [...this.rooms]) room.died();
  }
}

class WorkerEngine implements MediaEngine {
  readonly #seats: Seat[];
  readonly #events = new TypedEmitter<{ ready: [] }>();
  readonly #startMs: number;
  #lastRoom = 0;
  #closing: Promise<unknown> | null = null;

  constructor(spec: WorkerSpec, workers: number) {
    this.#startMs = spec.deadlines.startMs;
    const onReady = () => {
      this.#events.emit('ready');
    };
    this.#seats = Array.from({ length: workers }, () => new Seat(spec, onReady));
  }

  /** Resolves when one worker is warm; rejects when none can start. */
  async firstReady(): Promise<void> {
    await Promise.any(this.#seats.map((seat) => seat.worker.ready)).catch((error: unknown) => {
      throw (error as AggregateError).errors[0];
    });
  }

  async createRoom(name: string): Promise<MediaRoom> {
    const seat = await this.#freestSeat();
    const room = new WorkerRoom(`${name}#${++this.#lastRoom}`, seat.worker, () => seat.rooms.delete(room));
    seat.rooms.add(room);
    try {
      await room.open();
      return room;
    } catch (error) {
      seat.rooms.delete(room);
      throw error;
    }
  }

  async #freestSeat(): Promise<Seat> {
    if (this.#closing) throw new WebstreamerError('shutting-down');
    const running = () => this.#seats.filter(({ worker }) => worker.running).sort((a, b) => a.load - b.load)[0];
    const seat = running();
    if (seat) return seat;
    let off = () => false;
    const ready = new Promise<void>((resolve) => {
      off = this.#events.on('ready', resolve) as () => boolean;
    });
    try {
      await withDeadline(ready, this.#startMs, () => new WebstreamerError('media-unavailable'));
    } finally {
      off();
    }
    return await this.#freestSeat();
  }

  async dump(): Promise<MediaDump> {
    const running = this.#seats.map(({ worker }) => worker).filter((worker) => worker.running);
    return {
      workers: await Promise.all(
        running.map(async (worker) => ({ pid: worker.pid, ...(await worker.call('dump', {})) })),
      ),
    };
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all(this.#seats.map((seat) => seat.close()));
    await this.#closing;
  }
}

/** Forks the media workers; resolves when the first is warm, rejects (with `gstreamer-missing`, for one) when none can start. */
export async function createWorkerEngine(options: WorkerEngineOptions): Promise<MediaEngine> {
  const spec: WorkerSpec = {
    entry: options.workerEntry,
    options: {
      iceAddresses: options.iceAddresses,
      maxVideoBitrateBps: options.maxBitrateBps,
      stallTimeoutMs: options.stallTimeoutMs ?? 5_000,
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
