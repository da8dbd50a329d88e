import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { runQuietly } from './command.mjs';
import { inRoot } from './paths.mjs';
import { SetupError } from './setup-error.mjs';
import { filesBelow, hashOf, readStamp, writeStamp } from './stamp.mjs';

const FOLDER = inRoot('native');
const BUILD = join(FOLDER, 'build');
const RESULT = join(BUILD, 'Release', 'webstreamer_gst.node');
const STAMP = join(BUILD, '.stamp');

function sourceHash() {
  const sources = filesBelow(FOLDER, (path) => path === BUILD);
  return hashOf(sources, [process.version, process.arch]);
}

/** Where this Node keeps its headers; node-gyp would otherwise download them. */
function nodeHeaders() {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  if (existsSync(join(prefix, 'include', 'node', 'node_api.h'))) return prefix;
  throw new SetupError(
    `Node's headers are missing: there is no ${prefix}/include/node/node_api.h. They come with Node from nodejs.org and ` +
      "NodeSource; for Debian's own nodejs install libnode-dev.",
  );
}

/** Builds the binding to GStreamer. @type {import('./step.d.ts').Step} */
export const nativeStep = {
  needed: () => !existsSync(RESULT) || readStamp(STAMP) !== sourceHash(),
  run() {
    console.log('set-up: building the binding to GStreamer');
    const nodeGyp = inRoot('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
    const hash = sourceHash();
    const options = [`--nodedir=${nodeHeaders()}`, '--loglevel=error', '--jobs=max'];
    runQuietly(process.execPath, [nodeGyp, 'configure', 'build', ...options], { cwd: FOLDER });
    writeStamp(STAMP, hash);
  },
};
