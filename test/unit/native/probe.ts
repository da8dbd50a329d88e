import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../../native/build/Release/probe');

/** Starts the program that runs native code for a test; the function sends it a command and resolves with its answer. */
export function startProbe(): (...words: (string | number | bigint)[]) => Promise<string> {
  const child = spawn(PROGRAM, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  });
  return async (...words) => {
    child.stdin.write(`${words.join(' ')}\n`);
    const next = await lines.next();
    if (next.done) throw new Error('the probe has ended');
    return next.value;
  };
}
