import { cpSync, existsSync, rmSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import process from 'node:process';
import { runQuietly } from './command.mjs';
import { inRoot } from './paths.mjs';
import { filesBelow, hashOf, readStamp, writeStamp } from './stamp.mjs';

const TSC = inRoot('node_modules', 'typescript', 'bin', 'tsc');
const SRC = inRoot('src');
const WEB = inRoot('src', 'web');
/** What the pages import of what is compiled with the server, too. */
const CLIENT = inRoot('src', 'client');
const PROTOCOL = inRoot('src', 'protocol');
const DIST = inRoot('dist');
const DIST_WEB = inRoot('dist', 'web');
const DIST_STAMP = join(DIST, '.stamp');
const DIST_WEB_STAMP = join(DIST_WEB, '.stamp');

/**
 * Deletes what was once compiled from a source that is gone.
 * @param {string} dist the folder of the results
 * @param {string} source the folder of the sources
 * @param {(path: string) => boolean} [skip] results to leave alone
 */
function removeStale(dist, source, skip) {
  for (const path of filesBelow(dist, skip)) {
    if (relative(dist, path).startsWith('.')) continue;
    const name = join(source, relative(dist, path));
    const compiledFrom = name.replace(/\.(js(\.map)?|d\.ts)$/, '.ts');
    if (!existsSync(name) && !existsSync(compiledFrom)) rmSync(path);
  }
}

/** Copies what tsc does not compile (HTML, CSS, pictures) to where the pages are served from. */
export function copyPages() {
  const isStatic = (/** @type {string} */ path) => extname(path) !== '.ts' && path !== join(WEB, 'tsconfig.json');
  for (const path of filesBelow(WEB)) if (isStatic(path)) cpSync(path, join(DIST_WEB, relative(WEB, path)));
}

/** Makes the next set-up compile again: for a compiler that writes to dist/ without keeping the stamps. */
export function forgetCompiled() {
  for (const stamp of [DIST_STAMP, DIST_WEB_STAMP]) rmSync(stamp, { force: true });
}

/**
 * A step that compiles one TypeScript project when the hash of its sources has changed.
 * @param {{ says: string, sources: () => string[], stamp: string, compile: () => void }} project what, from what, and how
 * @returns {import('./step.d.ts').Step} the step
 */
function compileStep({ says, sources, stamp, compile }) {
  const hash = () => hashOf(sources(), [process.version]);
  return {
    needed: () => readStamp(stamp) !== hash(),
    run() {
      console.log(`set-up: ${says}`);
      const before = hash();
      compile();
      writeStamp(stamp, before);
    },
  };
}

/** Compiles server, worker and command line to dist/. */
export const serverStep = compileStep({
  says: 'compiling the server',
  sources: () => [
    ...filesBelow(SRC, (path) => path === WEB),
    inRoot('package-lock.json'),
    inRoot('tsconfig.base.json'),
    inRoot('tsconfig.json'),
  ],
  stamp: DIST_STAMP,
  compile() {
    runQuietly(process.execPath, [TSC, '-p', inRoot('tsconfig.json')]);
    removeStale(DIST, SRC, (path) => path === DIST_WEB);
  },
});

/** Compiles and copies the pages to dist/web/. */
export const webStep = compileStep({
  says: 'compiling the pages',
  sources: () => [...[WEB, CLIENT, PROTOCOL].flatMap((folder) => filesBelow(folder)), inRoot('tsconfig.base.json')],
  stamp: DIST_WEB_STAMP,
  compile() {
    if (filesBelow(WEB).some((path) => path.endsWith('.ts'))) {
      runQuietly(process.execPath, [TSC, '-p', join(WEB, 'tsconfig.json')]);
    }
    copyPages();
    removeStale(DIST_WEB, WEB);
  },
});
