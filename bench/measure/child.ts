import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

const running = new Set<ChildProcess>();

// Nothing that was started outlives the bench, whatever ends it.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** A program that runs beside the bench. */
export interface Child {
  pid: number;
  /** Ends it: asks, waits, kills. */
  close: () => Promise<void>;
}

/**
 * Starts a program and reads its lines, of both outputs, until `ready` answers something for one of them, which is `said` then;
 * rejects with the last lines when it ends before.
 */
export async function startChild<T>(
  command: string[],
  ready: (line: string) => T | undefined,
): Promise<Child & { said: T }> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  try {
    const said = await firstLine(child, ready);
    return { pid: child.pid ?? 0, said, close: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function firstLine<T>(child: ChildProcess, ready: (line: string) => T | undefined): Promise<T> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (problem: string) => {
      reject(new Error([problem, ...lines.slice(-10)].join('\n')));
    };
    const timeout = setTimeout(() => {
      fail(`${child.spawnfile} is not ready after ${START_TIMEOUT_MS} ms`);
    }, START_TIMEOUT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > 1000) lines.shift();
        const said = ready(line);
        if (said === undefined) return;
        clearTimeout(timeout);
        resolve(said);
      });
    }
    child.once('error', (error) => {
      fail(error.message);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timeout);
      fail(`${child.spawnfile} has ended: ${code ?? signal ?? ''}`);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(kill);
}
