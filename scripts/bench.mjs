#!/usr/bin/env node
// `npm run bench -- [name] [arguments]` compiles bench/ and runs the bench bench/<name>.ts in a private network; without a name
// it runs all of them, one after another. `npm run bench -- report` draws what they have saved into docs/performance.md.
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { runInPrivateNetwork } from './private-network.mjs';
import { runQuietly } from './setup/command.mjs';
import { inRoot } from './setup/paths.mjs';

const REPORT = 'report';
const NO_BENCHES = [REPORT, 'figures'];
const BENCHES = readdirSync(inRoot('bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'))
  .filter((name) => !NO_BENCHES.includes(name));

function compile() {
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  runQuietly(process.execPath, [tsc, '-p', inRoot('bench', 'tsconfig.json')]);
}

/**
 * Runs one compiled bench.
 * @param {string} name of the bench
 * @param {string[]} args its arguments
 * @returns {Promise<number | null>} its exit code, or null when a signal ended it
 */
function run(name, args) {
  return runInPrivateNetwork([process.execPath, inRoot('.cache', 'bench', 'bench', `${name}.js`), ...args]);
}

/**
 * Runs every bench, whether or not those before it went well, until somebody asks this process to end.
 * @param {string[]} args the arguments of each
 * @returns {Promise<boolean>} whether all went well
 */
async function runAll(args) {
  const asked = new AbortController();
  const stop = () => {
    asked.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  /** @type {string[]} */
  const summary = [];
  let failed = false;
  for (const name of BENCHES) {
    if (asked.signal.aborted) break;
    console.log(`\n=== ${name}`);
    const started = performance.now();
    const code = await run(name, args);
    if (code !== 0) failed = true;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    summary.push(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  }
  console.log(`\n${summary.join('\n')}`);
  return !failed && !asked.signal.aborted;
}

const [first, ...rest] = process.argv.slice(2);
if (first === undefined || first.startsWith('-')) {
  compile();
  process.exitCode = (await runAll(process.argv.slice(2))) ? 0 : 1;
} else if ([...BENCHES, REPORT].includes(first)) {
  compile();
  process.exitCode = (await run(first, rest)) ?? 1;
} else {
  console.error(`Usage: npm run bench -- [${[...BENCHES, REPORT].join('|')}] [arguments]`);
  process.exitCode = 1;
}
