import type { WorkerRoom } from './worker-room.ts';
import { WorkerProcess, type WorkerSpec } from './worker-process.ts';

const RESTART_DELAY_MS = { first: 50, longest: 5_000 };
/** A worker that lived this long was well: the next restart is quick again. */
const WELL_AFTER_MS = 10_000;

/** Keeps one worker running: when its process dies, its rooms end and another process is forked, later each time it fails. */
export class WorkerSupervisor {
  worker: WorkerProcess;
  readonly rooms = new Set<WorkerRoom>();
  readonly #spec: WorkerSpec;
  readonly #onReady: () => void;
  /** How often another worker was forked in the place of one that had died. */
  restarts = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(spec: WorkerSpec, onReady: () => void) {
    this.#spec = spec;
    this.#onReady = onReady;
    this.worker = this.#fork();
  }

  /** The number of endpoints in the worker. */
  get load(): number {
    return [...this.rooms].reduce((sum, room) => sum + room.size, 0);
  }

  #fork(): WorkerProcess {
    const worker = new WorkerProcess(this.#spec);
    const startedAt = performance.now();
    worker.events.on('endpoint', (id, event) => {
      for (const room of this.rooms) if (room.deliver(id, event)) return;
    });
    worker.events.on('levels', (id, levels) => {
      for (const room of this.rooms) room.deliverLevels(id, levels);
    });
    worker.events.on('died', () => {
      if (performance.now() - startedAt > WELL_AFTER_MS) this.#failures = 0;
      this.#forkLater();
      for (const room of [...this.rooms]) room.died();
    });
    worker.ready.then(this.#onReady, (error: unknown) => {
      if (!this.#closed) this.#cannotStart(error);
    });
    return worker;
  }

  #forkLater(): void {
    if (this.#closed) return;
    const delayMs = Math.min(RESTART_DELAY_MS.first * 2 ** this.#failures++, RESTART_DELAY_MS.longest);
    this.#timer = setTimeout(() => {
      try {
        this.worker = this.#fork();
        this.restarts++;
      } catch (error) {
        // Node throws some failures to fork (no memory) instead of reporting them.
        this.#cannotStart(error);
        this.#forkLater();
      }
    }, delayMs);
  }

  #cannotStart(error: unknown): void {
    this.#spec.logger.error({ problem: (error as Error).message }, 'a media worker cannot start');
  }

  /** Ends the worker and its rooms for good. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.worker.stop();
    for (const room of [...this.rooms]) room.died();
  }
}
