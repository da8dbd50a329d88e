import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { inRoot } from './paths.mjs';

const LOCK = inRoot('.cache', 'setup.lock');
const POLL_MS = 200;

/** @param {number} pid a process id @returns {boolean} whether that process runs */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Takes the lock, or says which process holds it; a lock left by a process that is gone is removed. */
function tryLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  try {
    const holder = Number(readFileSync(LOCK, 'utf8'));
    if (holder > 0 && !isRunning(holder)) rmSync(LOCK, { force: true });
    return holder;
  } catch {
    return 0; // released between the two calls
  }
}

/**
 * Runs `work` while no other set-up of this checkout runs.
 * @param {() => void} work what to do
 */
export async function withLock(work) {
  mkdirSync(dirname(LOCK), { recursive: true });
  let said = false;
  for (let holder = tryLock(); holder !== undefined; holder = tryLock()) {
    if (!said && holder > 0 && isRunning(holder)) {
      console.log(`set-up: waiting for another set-up (process ${String(holder)})`);
      said = true;
    }
    await wait(POLL_MS);
  }
  // The work is synchronous, so an interrupt ends the process at once; the lock of a process that is gone counts for nothing.
  try {
    work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}
