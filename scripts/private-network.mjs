import { spawn, spawnSync } from 'node:child_process';
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
 * Runs a command in the root of the checkout and in a private network, if one can be had; a SIGTERM goes on to the command.
 * @param {string[]} command program and arguments
 * @returns {Promise<number | null>} its exit code, or null when a signal ended it
 */
export async function runInPrivateNetwork(command) {
  const [program = '', ...args] = inPrivateNetwork(command);
  const child = spawn(program, args, { stdio: 'inherit', cwd: inRoot() });
  // A terminal sends Ctrl-C to the whole group: the command ends by itself, and this process waits to see how.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.once('exit', resolve));
}
