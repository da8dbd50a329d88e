import { readFileSync } from 'node:fs';
import { runQuietly } from './command.mjs';
import { inRoot } from './paths.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */

/**
 * The packages of a lock file by folder, or null when there is no such file.
 * @param {string} path of the file
 * @returns {Record<string, LockedPackage> | null} folder → package
 */
function lockedPackages(path) {
  try {
    const lock = /** @type {{ packages: Record<string, LockedPackage> }} */ (JSON.parse(readFileSync(path, 'utf8')));
    return lock.packages;
  } catch {
    return null;
  }
}

/**
 * Whether what npm wrote down about node_modules is what the lock file asks for. Optional packages may be absent: they are
 * for other systems.
 */
function isInstalled() {
  const wanted = lockedPackages(inRoot('package-lock.json'));
  const present = lockedPackages(inRoot('node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  return (
    Object.keys(present).every((folder) => folder in wanted) &&
    Object.entries(wanted).every(([folder, { version, integrity, optional }]) => {
      const found = present[folder];
      if (found === undefined) return folder === '' || optional === true;
      return found.version === version && found.integrity === integrity;
    })
  );
}

/** Installs the npm packages exactly as locked. @type {import('./step.d.ts').Step} */
export const npmStep = {
  needed: () => !isInstalled(),
  run() {
    console.log('set-up: installing npm packages');
    runQuietly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  },
};
