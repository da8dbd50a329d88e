#!/usr/bin/env node
// Runs webstreamer and starts it again when a source has changed; arguments are webstreamer's.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import process from 'node:process';
import { inRoot } from './setup/paths.mjs';
import { copyPages } from './setup/typescript.mjs';

const TSC = inRoot('node_modules', 'typescript', 'bin', 'tsc');
const COMPILER = [TSC, '--watch', '--preserveWatchOutput', '-p'];

const children = [
  [...COMPILER, inRoot('tsconfig.json')],
  [...COMPILER, inRoot('src', 'web', 'tsconfig.json')],
  ['--watch', '--watch-preserve-output', inRoot('dist', 'cli', 'main.js'), ...process.argv.slice(2)],
].map((args) => spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], cwd: inRoot() }));

const pages = watch(inRoot('src', 'web'), { recursive: true }, copyPages);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    pages.close();
    for (const child of children) child.kill(signal);
  });
}
