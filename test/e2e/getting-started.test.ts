import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './support/until.ts';

const ROOT = process.cwd();
const GUIDE = readFileSync('docs/getting-started.md', 'utf8');
const BLOCKS = [...GUIDE.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, commands]) => commands!);

let folder: string;
let server: ChildProcess | undefined;
let environment: NodeJS.ProcessEnv;

/** A folder that has what the guide's commands need of a clone, and a home of its own. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'webstreamer-guide-'));
  for (const name of ['node_modules', 'dist', 'native', 'package.json', 'scripts', 'src', 'docs'])
    symlinkSync(join(ROOT, name), join(folder, name));
  environment = { ...process.env, HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
});
afterAll(async () => {
  await stopServer();
  rmSync(folder, { recursive: true, force: true });
});

async function stopServer(): Promise<void> {
  const running = server;
  server = undefined;
  if (running?.exitCode !== null) return;
  running.kill('SIGINT');
  await once(running, 'exit');
}

/** `npm start` without its set-up, which this checkout has been through. */
async function start(args: string): Promise<void> {
  await stopServer();
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...args.split(' ').filter(Boolean)], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server = child;
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await until(
    () => Promise.resolve(said.includes('"started"')),
    30_000,
    () => Promise.resolve(`the server should say that it has started, but says: ${said}`),
  );
}

/** Runs commands in one shell, which ends with the first that fails. */
async function run(commands: string): Promise<{ code: number | null; output: string }> {
  const shell = spawn('bash', ['-eo', 'pipefail', '-c', commands], { cwd: folder, env: environment });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(shell, 'close')) as [number | null];
  return { code, output };
}

test('each command of docs/getting-started.md works, in their order', async () => {
  expect(BLOCKS.length).toBeGreaterThan(6);
  const outputs: string[] = [];
  for (const block of BLOCKS) {
    const [, args] = /^npm start(?: -- (.*))?\n$/.exec(block) ?? [block];
    if (block.startsWith('npm start')) await start(args ?? '');
    else {
      const { code, output } = await run(block);
      expect([block, code, output]).toEqual([block, 0, output]);
      outputs.push(output);
    }
  }
  const said = outputs.join('\n');
  expect(said).toContain('http://127.0.0.1:9001/rooms/team');
  expect(said).toMatch(/Anna joins by http:\/\/localhost:9001\/rooms\/board\S*\n(.*\n)*.* room-deleted/);
  expect(said).toMatch(/https:\/\/localhost:9443\/rooms\/team#token=\S+/);
  expect(said).not.toContain('"problem"');
});
