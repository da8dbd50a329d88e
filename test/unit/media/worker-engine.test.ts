import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { type Logger, silentLogger } from '../../../src/common/logger.ts';
import type { MediaEngine } from '../../../src/server/media/media-engine.ts';
import { createWorkerEngine } from '../../../src/server/media/worker-engine.ts';

const workerEntry = fileURLToPath(new URL('entries/worker.mjs', import.meta.url));
const engines: MediaEngine[] = [];

/** An engine with one worker that misbehaves in the named ways. */
async function start(ways: string[], logger: Logger = silentLogger): Promise<MediaEngine> {
  const engine = await createWorkerEngine({
    workerEntry,
    workers: 1,
    iceAddresses: ways,
    maxBitrateBps: 1,
    deadlines: { callMs: 200, stopMs: 200 },
    logger,
  });
  engines.push(engine);
  return engine;
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

it('an engine that is closed keeps nobody waiting for a worker', async () => {
  const engine = await start(['mortal']);
  await expect(engine.createRoom('room')).rejects.toMatchObject({ code: 'media-worker-died' });
  const waiting = engine.createRoom('late');
  await Promise.all([engine.close(), expect(waiting).rejects.toMatchObject({ code: 'shutting-down' })]);
});

it('an endpoint that came too late is ended in the worker', async () => {
  const asked: unknown[] = [];
  const logger: Logger = { ...silentLogger, child: () => logger, info: ({ method }) => asked.push(method) };
  const engine = await start(['late'], logger);
  const room = await engine.createRoom('room');
  await expect(room.createEndpoint()).rejects.toMatchObject({ code: 'media-timeout' });
  await expect.poll(() => asked).toEqual(['openRoom', 'closeEndpoint']);
});
