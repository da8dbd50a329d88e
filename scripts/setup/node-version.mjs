import { SetupError } from './setup-error.mjs';

const OLDEST = [20, 19];

/**
 * Refuses a Node that is too old for our dependencies.
 * @param {string} version as in process.versions.node
 */
export function checkNodeVersion(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`webstreamer needs Node ${OLDEST.join('.')} or newer; this is ${version}.`);
}
