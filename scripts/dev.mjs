#!/usr/bin/env node
// Runs webstreamer and starts it again when a source has changed; arguments are webstreamer's.
import { spawn } from 'node:child_process';
import { readdirSync, watch } from 'node:fs';
import process from 'node:process';
import { inRoot } from './setup/paths.mjs';
import { copyPages, forgetCompiled } from './setup/typescript.mjs';

const TSC = inRoot('node_modules', 'typescript', 'bin', 'tsc');
const COMPILER = [TSC, '--watch', '--preserveWatchOutput', '-p'];

/** Folders instead of what was imported: the media workers import for themselves. The pages need no new start. */
const WATCHED = readdirSync(inRoot('dist'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'web')
  .map(({ name }) => `--watch-path=${inRoot('dist', name)}`);

/** Because of this variable of `node --watch`, the media workers would report to the server what they import. */
const REPORT_NOTHING = 'data:text/javascript,delete process.env.WATCH_REPORT_DEPENDENCIES';

const WATCHER = ['--watch', '--watch-preserve-output', ...WATCHED, '--import', REPORT_NOTHING];

forgetCompiled();
const children = [
  [...COMPILER, inRoot('tsconfig.json')],
  [...COMPILER, inRoot('src', 'web', 'tsconfig.json')],
  [...WATCHER, inRoot('dist', 'cli', 'main.js'), ...process.argv.slice(2)],
].map((args) => spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], cwd: inRoot() }));

const pages = watch(inRoot('src', 'web'), { recursive: true }, copyPages);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    pages.close();
    for (const child of children) child.kill(signal);
  });
}
