#!/usr/bin/env node
// Checks the sources, two checks at a time: format, lint, types, import directions, unused code, undocumented exports.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { inRoot } from './setup/paths.mjs';

const AT_ONCE = 2;

/** Slowest first. @type {{ name: string, module: string, args: string[] }[]} */
const CHECKS = [
  { name: 'lint', module: 'eslint/bin/eslint.js', args: ['.', '--max-warnings=0'] },
  { name: 'types', module: 'typescript/bin/tsc', args: ['-p', 'tsconfig.test.json'] },
  { name: 'types of the pages', module: 'typescript/bin/tsc', args: ['-p', 'src/web/tsconfig.json', '--noEmit'] },
  { name: 'unused code', module: 'knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'format', module: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
  {
    name: 'import directions',
    module: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['--output-type', 'err', '--config', '.dependency-cruiser.mjs', 'src'],
  },
  { name: 'undocumented exports', module: '../scripts/check-documented.mjs', args: ['src'] },
];

/**
 * Runs one check and prints how it went, with its output when it failed.
 * @param {(typeof CHECKS)[number]} check the check
 * @returns {Promise<boolean>} whether it passed
 */
async function run({ name, module, args }) {
  const started = performance.now();
  const child = spawn(process.execPath, [inRoot('node_modules', module), ...args], { cwd: inRoot() });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

const waiting = [...CHECKS];
/** @type {string[]} */
const failed = [];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await run(check))) failed.push(check.name);
    }
  }),
);
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
