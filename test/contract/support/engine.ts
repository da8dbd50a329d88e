import { join } from 'node:path';
import { silentLogger } from '../../../src/common/logger.ts';
import type { MediaEngine } from '../../../src/server/media/media-engine.ts';
import { createWorkerEngine, type WorkerEngineOptions } from '../../../src/server/media/worker-engine.ts';

/** The compiled entry of the worker. */
const WORKER_ENTRY = join(import.meta.dirname, '../../../dist/worker/main.js');

/** Real media workers, one unless said otherwise, with media on the loopback, that log nothing. */
export function startEngine(options: Partial<WorkerEngineOptions> = {}): Promise<MediaEngine> {
  return createWorkerEngine({
    workerEntry: WORKER_ENTRY,
    workers: 1,
    iceAddresses: ['127.0.0.1'],
    maxBitrateBps: 1_000_000,
    logger: silentLogger,
    ...options,
  });
}
