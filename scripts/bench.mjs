#!/usr/bin/env node
// Runs one bench: `npm run bench -- <name> [arguments]` compiles bench/<name>.ts and what it imports, and runs it in a private network.
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { runInPrivateNetwork } from './private-network.mjs';
import { runQuietly } from './setup/command.mjs';
import { inRoot } from './setup/paths.mjs';

const [name, ...args] = process.argv.slice(2);
const known = readdirSync(inRoot('bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

if (name === undefined || !known.includes(name)) {
  console.error(`Usage: npm run bench -- <${known.join('|')}>`);
  process.exitCode = 1;
} else {
  runQuietly(process.execPath, [
    inRoot('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    inRoot('bench', 'tsconfig.json'),
  ]);
  const bench = inRoot('.cache', 'bench', 'bench', `${name}.js`);
  process.exitCode = (await runInPrivateNetwork([process.execPath, bench, ...args])) ?? 1;
}
