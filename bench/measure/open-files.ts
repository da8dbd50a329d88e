import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How many files each process needs for itself. */
const OWN_FILES = 500;

/** The hard limit of open files out of the text of `/proc/PID/limits`. */
export function openFilesOf(limits: string): number {
  const found = /^Max open files\s+\S+\s+(\S+)/m.exec(limits);
  if (!found) throw new Error('the limits have no open files');
  return found[1] === 'unlimited' ? Infinity : Number(found[1]);
}

/** Lets this process, and those that it starts from now on, have so many sockets; answers how many it may have. */
export function allowSockets(count: number): number {
  const files = count + OWN_FILES;
  const limit = () => openFilesOf(readFileSync('/proc/self/limits', 'latin1'));
  if (limit() < files) spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${files}:${files}`]);
  return Math.min(count, limit() - OWN_FILES);
}
