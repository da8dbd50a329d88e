import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/common/logger.ts';
import type { MediaEngine } from '../../src/server/media/media-engine.ts';
import { createWorkerEngine } from '../../src/server/media/worker-engine.ts';
import type { WorkerDeadlines } from '../../src/server/media/worker-process.ts';

const workerEntry = join(import.meta.dirname, '../../dist/worker/main.js');
const engines: MediaEngine[] = [];

async function createEngine(workers = 1, deadlines: Partial<WorkerDeadlines> = {}): Promise<MediaEngine> {
  const iceAddresses = ['127.0.0.1'];
  const engine = await createWorkerEngine({
    workerEntry,
    workers,
    iceAddresses,
    maxBitrateBps: 1e6,
    deadlines,
    logger: silentLogger,
  });
  engines.push(engine);
  return engine;
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

describe('a worker that is killed', () => {
  it('takes its rooms and endpoints with it, and another one serves the next room', async () => {
    const engine = await createEngine();
    const room = await engine.createRoom('room');
    const endpoint = await room.createEndpoint();
    const events: string[] = [];
    endpoint.events.on('closed', () => events.push('endpoint closed'));
    const died = new Promise<void>((resolve) => room.events.on('died', resolve));
    const [first] = (await engine.dump()).workers;
    process.kill(first?.pid ?? 0, 'SIGKILL');
    await died;
    expect(events).toEqual(['endpoint closed']);
    await expect(endpoint.createOffer()).rejects.toMatchObject({ code: 'endpoint-closed' });
    await expect(room.createEndpoint()).rejects.toMatchObject({ code: 'media-room-closed' });

    const next = await engine.createRoom('room');
    expect((await (await next.createEndpoint()).createOffer()).sdp).toContain('m=video');
    expect((await engine.dump()).workers.map(({ pid }) => pid)).not.toContain(first?.pid);
  });

  it('leaves the rooms of other workers alone', async () => {
    const engine = await createEngine(2);
    await expect.poll(async () => (await engine.dump()).workers.length, { timeout: 10_000 }).toBe(2);
    const one = await engine.createRoom('one');
    await one.createEndpoint();
    const victims = (await engine.dump()).workers.filter(({ rooms }) => rooms === 1).map(({ pid }) => pid);
    const two = await engine.createRoom('two');
    const endpoint = await two.createEndpoint();
    const died = new Promise<void>((resolve) => one.events.on('died', resolve));
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    await died;
    expect((await endpoint.createOffer()).sdp).toContain('m=video');
  });

  it('does not get the next room when nobody has been told of its death yet', async () => {
    const engine = await createEngine(2);
    await expect.poll(async () => (await engine.dump()).workers.length, { timeout: 10_000 }).toBe(2);
    for (const { pid } of (await engine.dump()).workers) process.kill(pid, 'SIGKILL');
    const room = await engine.createRoom('room');
    expect((await (await room.createEndpoint()).createOffer()).sdp).toContain('m=video');
  });

  it('is left out of the figures, which the others still give', async () => {
    const engine = await createEngine(2);
    const pids = async () => (await engine.dump()).workers.map(({ pid }) => pid);
    await expect.poll(async () => (await pids()).length, { timeout: 10_000 }).toBe(2);
    const [killed, other] = await pids();
    process.kill(killed ?? 0, 'SIGKILL');
    expect(await pids()).toEqual([other]);
  });
});

describe('a worker that stands still', () => {
  it('is ended as if it had died, and another one serves the next room', async () => {
    const engine = await createEngine(1, { callMs: 1_500, checkMs: 100 });
    const room = await engine.createRoom('room');
    const died = new Promise<void>((resolve) => room.events.on('died', resolve));
    const [stopped] = (await engine.dump()).workers;
    process.kill(stopped?.pid ?? 0, 'SIGSTOP');
    await died;
    expect(() => process.kill(stopped?.pid ?? 0, 0)).toThrow();
    const next = await engine.createRoom('room');
    expect((await (await next.createEndpoint()).createOffer()).sdp).toContain('m=video');
  });
});

describe('an engine on a machine without GStreamer’s elements', () => {
  /** Runs `use` in a world whose plugins are those of this machine without the ones left out. */
  async function withPlugins(keep: (file: string) => boolean, use: () => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'webstreamer-'));
    const plugins = execFileSync('pkg-config', ['--variable=pluginsdir', 'gstreamer-1.0'], { encoding: 'utf8' }).trim();
    for (const file of (await readdir(plugins)).filter(keep)) await symlink(join(plugins, file), join(folder, file));
    process.env.GST_PLUGIN_SYSTEM_PATH_1_0 = folder;
    process.env.GST_REGISTRY_1_0 = join(folder, 'registry.bin');
    try {
      await use();
    } finally {
      delete process.env.GST_PLUGIN_SYSTEM_PATH_1_0;
      delete process.env.GST_REGISTRY_1_0;
      await rm(folder, { recursive: true });
    }
  }

  it('does not start, and says which elements and packages are missing', async () => {
    await withPlugins(
      () => false,
      async () => {
        await expect(createEngine()).rejects.toMatchObject({
          code: 'gstreamer-missing',
          message: expect.stringMatching(/webrtcbin.*gstreamer1\.0-plugins-bad/) as string,
        });
      },
    );
  });

  it.each([
    ['libgstvideotestsrc.so', 'videotestsrc', 'gstreamer1.0-plugins-base'],
    ['libgstnice.so', 'nicesrc', 'gstreamer1.0-nice'],
  ])('says so as well when only %s is missing', async (plugin, elements, debianPackage) => {
    await withPlugins(
      (file) => file.startsWith('libgst') && file !== plugin,
      async () => {
        await expect(createEngine()).rejects.toMatchObject({
          code: 'gstreamer-missing',
          message: `GStreamer has no ${elements}; install ${debianPackage}`,
        });
      },
    );
  });
});

describe('an engine that is closed', () => {
  it('has ended its workers and makes no more rooms', async () => {
    const engine = await createEngine(2);
    const { workers } = await engine.dump();
    await engine.close();
    for (const { pid } of workers) expect(() => process.kill(pid, 0)).toThrow();
    await expect(engine.createRoom('late')).rejects.toMatchObject({ code: 'shutting-down' });
  });
});
