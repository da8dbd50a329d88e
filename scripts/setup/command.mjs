import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { ROOT } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Runs a command and waits; what it prints is shown only when it fails.
 * @param {string} command the program
 * @param {string[]} args its arguments
 * @param {{ cwd?: string, env?: Record<string, string> }} [options] where it runs, and variables to add
 */
export function runQuietly(command, args, options = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  const cause = error?.message ?? signal ?? `exit code ${String(status)}`;
  throw new SetupError(`${stdout}${stderr}\nFailed: ${[command, ...args].join(' ')} (${cause})`);
}
