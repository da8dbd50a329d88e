import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '../../../src/common/logger.ts';
import { WorkerProcess } from '../../../src/server/media/worker-process.ts';

const entry = fileURLToPath(new URL('entries/worker.mjs', import.meta.url));
const workers: WorkerProcess[] = [];
const logged: Record<string, unknown>[] = [];
/** Called for each error in the log. */
let onError: () => void = () => undefined;
const logger: Logger = {
  ...silentLogger,
  child: () => logger,
  error: (fields) => {
    logged.push(fields);
    onError();
  },
};

/** A worker that misbehaves in the named ways. */
function start(...ways: string[]): WorkerProcess {
  const options = { iceAddresses: ways, maxVideoBitrateBps: 1, stallTimeoutMs: 1 };
  const startMs = ways.includes('silent') ? 100 : 5_000;
  const deadlines = { startMs, callMs: 200, stopMs: 200, checkMs: ways.includes('mute') ? 50 : 5_000 };
  const worker = new WorkerProcess({ entry, options, deadlines, logger });
  workers.push(worker);
  return worker;
}

/** Whether a process of this id exists. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

afterEach(async () => {
  logged.splice(0);
  onError = () => undefined;
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

describe('a worker process', () => {
  it('answers calls once it is ready, and is gone after stop', async () => {
    const worker = start();
    await worker.ready;
    expect(await worker.call('openRoom', { room: 'r', codec: 'vp8' })).toBeNull();
    await worker.stop();
    expect(exists(worker.pid)).toBe(false);
  });

  it('is not told its options where every user of the machine can read them', async () => {
    const worker = start('a secret');
    await worker.ready;
    expect(readFileSync(`/proc/${worker.pid}/cmdline`, 'utf8')).not.toContain('secret');
    expect(readFileSync(`/proc/${worker.pid}/environ`, 'utf8')).toContain('a secret');
    await worker.stop();
  });

  it('says in the log whose media a line is about', async () => {
    const worker = start('troubled');
    await worker.ready;
    await worker.call('openRoom', { room: 'lobby#1', codec: 'vp8' });
    worker.subjects.set('lobby#1/1', { room: 'lobby', connection: 'anna' });
    await worker.call('openRoom', { room: 'lobby#2', codec: 'vp8' });
    expect(logged).toEqual([{ endpoint: 'lobby#1/1' }, { endpoint: 'lobby#1/1', room: 'lobby', connection: 'anna' }]);
  });

  it('is stopped by SIGKILL when it heeds neither the request nor SIGTERM', async () => {
    const worker = start('stubborn');
    await worker.ready;
    await worker.stop();
    expect(exists(worker.pid)).toBe(false);
  });

  it('does not report a death when it was told to stop', async () => {
    const worker = start();
    await worker.ready;
    let died = false;
    worker.events.on('died', () => (died = true));
    await worker.stop();
    expect(died).toBe(false);
  });

  it('does not report a death when it is ready only after it was told to stop', async () => {
    const worker = start('nonsense', 'stubborn'); // the nonsense comes first, then it is ready
    let died = false;
    worker.events.on('died', () => (died = true));
    const stopped = new Promise<void>((resolve) => {
      onError = () => {
        resolve(worker.stop());
      };
    });
    await stopped;
    expect([died, worker.running, exists(worker.pid)]).toEqual([false, false, false]);
  });

  it('stops once, however often it is told to', () => {
    const worker = start();
    expect(worker.stop()).toBe(worker.stop());
  });
});

describe('a worker process that fails', () => {
  it('is given up and killed when it does not start in time', async () => {
    const worker = start('silent');
    const died = new Promise<void>((resolve) => worker.events.on('died', resolve));
    await expect(worker.ready).rejects.toMatchObject({ code: 'media-timeout' });
    await died;
    expect(exists(worker.pid)).toBe(false);
  });

  it('passes on why it cannot start', async () => {
    await expect(start('unable').ready).rejects.toMatchObject({ code: 'gstreamer-missing', message: 'no such thing' });
  });

  it('rejects the calls that wait when it dies, says so once, and takes no more', async () => {
    const worker = start('mortal');
    await worker.ready;
    const died = new Promise<void>((resolve) => worker.events.on('died', resolve));
    await expect(worker.call('openRoom', { room: 'r', codec: 'vp8' })).rejects.toMatchObject({
      code: 'media-worker-died',
    });
    await died;
    await expect(worker.call('dump', {})).rejects.toMatchObject({ code: 'media-worker-died' });
  });

  it('lets a call fail that it does not answer, and lives on', async () => {
    const worker = start('late');
    await worker.ready;
    const late = worker.call('openEndpoint', { room: 'r', endpoint: 'e' });
    await expect(late).rejects.toMatchObject({ code: 'media-timeout' });
    expect(await worker.call('openRoom', { room: 'r', codec: 'vp8' })).toBeNull();
  });

  it('has died when it answers nothing at all any more, though its process lives', async () => {
    const worker = start('mute');
    await worker.ready;
    await new Promise<void>((resolve) => worker.events.on('died', resolve));
    expect(exists(worker.pid)).toBe(false);
  });

  it('has died when it cannot even be forked', async () => {
    const { execPath } = process;
    process.execPath = '/nonexistent/node';
    try {
      const worker = start();
      const died = new Promise<void>((resolve) => worker.events.on('died', resolve));
      await expect(worker.ready).rejects.toMatchObject({ code: expect.stringMatching(/^media-/) as string });
      await died;
    } finally {
      process.execPath = execPath;
    }
  });

  it('is buried with its last words', async () => {
    const worker = start('last-words');
    await worker.ready;
    const died = new Promise<void>((resolve) => worker.events.on('died', resolve));
    await expect(worker.call('openRoom', { room: 'r', codec: 'vp8' })).rejects.toMatchObject({
      code: 'media-worker-died',
    });
    await died;
    expect(logged).toContainEqual({ how: 'ended with exit code 3', lastWords: 'it hurts here\n' });
  });

  it('cannot make the server believe an answer of the wrong shape', async () => {
    const worker = start('liar');
    await worker.ready;
    await expect(worker.call('createOffer', { endpoint: 'e' })).rejects.toThrow();
  });

  it('is not harmed by sending nonsense', async () => {
    const worker = start('nonsense');
    await worker.ready;
    expect(await worker.call('openRoom', { room: 'r', codec: 'vp8' })).toBeNull();
  });
});
