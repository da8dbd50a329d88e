import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Every file below `folder`, sorted.
 * @param {string} folder a folder
 * @param {(path: string) => boolean} [skip] folders and files to leave out
 * @returns {string[]} paths
 */
export function filesBelow(folder, skip = () => false) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (skip(path)) return [];
      return entry.isDirectory() ? filesBelow(path, skip) : [path];
    })
    .sort();
}

/**
 * A hash over the names and contents of files, and over `extra`.
 * @param {string[]} files paths
 * @param {string[]} [extra] other texts that the result depends on
 */
export function hashOf(files, extra = []) {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(text).update('\0');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/**
 * What the stamp at `path` says, or undefined. A stamp lies within what was built, so that it goes when that is deleted.
 * @param {string} path of the stamp
 */
export function readStamp(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Notes what was built.
 * @param {string} path of the stamp
 * @param {string} hash of the sources
 */
export function writeStamp(path, hash) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hash);
}
