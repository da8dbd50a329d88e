import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { inRoot } from './setup/paths.mjs';

/** The options of `unshare` that give a network of our own: root needs no user namespace, everybody else does. */
const OPTIONS = process.getuid?.() === 0 ? ['-n'] : ['-rn'];

/**
 * Wraps a command so that it runs in a network namespace that has nothing but loopback: whatever it does, it reaches no other
 * machine and meets no port of another program. Where the system does not allow that, the command stays as it is.
 * @param {string[]} command program and arguments
 * @returns {string[]} the command to run instead
 */
function inPrivateNetwork(command) {
  const inside = [...OPTIONS, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  if (spawnSync('unshare', [...inside, 'true']).status === 0) return ['unshare', ...inside, ...command];
  console.error('No private network namespace can be made here; running in the network of this machine.');
  return command;
}

/**
 * Runs a command in the root of the checkout and in a private network, if one can be had. It and what it starts are a process
 * group of their own, and a signal that asks this process to end goes to all of them: vitest does not tell its test processes.
 * @param {string[]} command program and arguments
 * @returns {Promise<number | null>} its exit code, or null when a signal ended it
 */
export async function runInPrivateNetwork(command) {
  const [program = '', ...args] = inPrivateNetwork(command);
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], cwd: inRoot(), detached: true });
  const { pid } = child;
  const passOn = (/** @type {NodeJS.Signals} */ signal) => pid !== undefined && process.kill(-pid, signal);
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  const [code] = await once(child, 'exit');
  process.off('SIGINT', passOn).off('SIGTERM', passOn);
  return /** @type {number | null} */ (code);
}
