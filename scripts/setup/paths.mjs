import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * A path below the package's folder.
 * @param {string[]} parts segments
 */
export function inRoot(...parts) {
  return join(ROOT, ...parts);
}
