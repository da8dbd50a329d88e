import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { randomKey } from '../../../src/common/access-file.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const MAIN = 'dist/cli/main.js';
const Started = z.object({ msg: z.literal('started'), role: z.string(), url: z.string(), page: z.string().optional() });

let child: ChildProcessByStdio<null, Readable, Readable> | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

/** Starts the built command line in a process of its own, with `env` added to the environment. */
function startWith(env: Record<string, string>, ...args: string[]) {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not built: npm run build`);
  child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  return child;
}

/** What the process prints, and its exit code, once it has ended. */
async function ended(
  process: NonNullable<typeof child>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  process.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  process.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  await once(process, 'close');
  return { code: process.exitCode, ...output };
}

const run = (...args: string[]) => ended(startWith({}, ...args));

/** The lines of a log, one after the other. */
function linesOf(stdout: Readable) {
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  /** The next line that says this. */
  const until = async (message: RegExp): Promise<Record<string, unknown>> => {
    for (;;) {
      const next = (await lines.next()) as IteratorResult<string, undefined>;
      if (next.done === true) throw new Error(`it ended before it had said ${String(message)}`);
      const line = JSON.parse(next.value) as Record<string, unknown>;
      if (message.test(String(line.msg))) return line;
    }
  };
  return until;
}

/** Waits for the line that says that the server has started. */
async function untilStarted(stdout: Readable): Promise<z.output<typeof Started>> {
  for await (const line of createInterface(stdout)) {
    const started = Started.safeParse(JSON.parse(line));
    if (started.success) return started.data;
  }
  throw new Error('it ended before it had started');
}

describe('the process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('starts a bridge, says where, and ends in order on %s', async (signal) => {
    const bridge = startWith({}, 'bridge', '--port', '0');
    const { role, url, page } = await untilStarted(bridge.stdout);
    expect(page).toBe(`${url.replace('127.0.0.1', 'localhost')}/demos/Video-Conferencing.html`);
    expect(role).toBe('bridge');
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
    bridge.kill(signal);
    await once(bridge, 'close');
    expect([bridge.exitCode, bridge.signalCode]).toEqual([0, null]);
  });

  it('takes the keys of its file as they are on SIGHUP, and keeps the old ones when that cannot be used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keys-'));
    const file = join(folder, 'webstreamer.yaml');
    const [first, second] = [randomKey(), randomKey()];
    const write = (text: string) => {
      writeFileSync(file, `port: 0\nauth:\n  required: true\n${text}`);
    };
    const keys = (name: string, key: string) => `  keys:\n    - { name: ${name}, key: ${key}, scopes: [read] }\n`;
    write(keys('Anna', first));
    const bridge = startWith({ STATE_DIRECTORY: folder }, 'bridge', '--config', file);
    const until = linesOf(bridge.stdout);
    const { url } = Started.parse(await until(/^started$/));
    const statusOf = async (key: string) =>
      (await fetch(`${url}/api/v1/access`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 401]);

    write(`${keys('Ben', second)}drain: { deadlineMs: 5000 }\n`);
    bridge.kill('SIGHUP');
    expect(await until(/the keys were read again/)).toMatchObject({ added: ['Ben'], removed: ['Anna'] });
    await until(/more than auth.keys: the rest holds after a restart/);
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);

    for (const [text, problem] of [
      [keys('Carla', 'wsk_short'), /auth\.keys\[0\]\.key: must be a key/],
      ['  keys: [', /is not YAML/],
    ] as const) {
      write(text);
      bridge.kill('SIGHUP');
      const { level, err } = await until(/cannot be used; the old keys stay/);
      expect([level, err]).toEqual([
        'error',
        expect.objectContaining({ message: expect.stringMatching(problem) as string }),
      ]);
      expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
    }
    bridge.kill('SIGTERM');
    await once(bridge, 'close');
    expect([bridge.exitCode, bridge.signalCode]).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  });

  it('says in one sentence that the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run('bridge', '--port', String(port));
    expect([code, stderr]).toEqual([
      1,
      `webstreamer: Port ${port} of 127.0.0.1 is in use by another program (port-in-use)\n`,
    ]);
    other.close();
  });

  it('says what to install when GStreamer has no plugins', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-plugins-'));
    const env = {
      GST_PLUGIN_SYSTEM_PATH: folder,
      GST_PLUGIN_SYSTEM_PATH_1_0: folder,
      GST_REGISTRY: join(folder, 'registry'),
    };
    const { code, stderr } = await ended(startWith(env, '--port', '0'));
    rmSync(folder, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^webstreamer: GStreamer has no webrtcbin.*; install gstreamer1.0.* \(gstreamer-missing\)\n$/,
    );
  });

  it('says in one sentence what is wrong with the configuration', async () => {
    const { code, stderr } = await run('serve', '--only', 'rooms', '--bridge', 'nowhere');
    expect([code, stderr]).toEqual([
      1,
      'webstreamer: The command line: bridge.url: must be a URL with http:// or https:// (bad-config)\n',
    ]);
  });

  it('prints its version and its help', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const word of ['bridge', 'rooms', '--config', '--port', '--host', '--version']) expect(stdout).toContain(word);
  });
});
