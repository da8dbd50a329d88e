#!/usr/bin/env node
// Runs vitest in a private network; arguments are vitest's. The last line printed is "N passed, N failed[, N skipped]".
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { runInPrivateNetwork } from './private-network.mjs';
import { inRoot } from './setup/paths.mjs';
import { countResults, summaryLine } from './test-summary.mjs';

const REPORT = inRoot('.cache', 'test-report.json');

function readReport() {
  try {
    return /** @type {unknown} */ (JSON.parse(readFileSync(REPORT, 'utf8')));
  } catch {
    return undefined; // vitest ended before it could write one
  }
}

mkdirSync(inRoot('.cache'), { recursive: true });
rmSync(REPORT, { force: true });
const code = await runInPrivateNetwork([
  process.execPath,
  inRoot('node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${REPORT}`,
  ...process.argv.slice(2),
]);
const counts = countResults(readReport(), code === 0);
console.log(summaryLine(counts));
process.exitCode = counts.failed > 0 ? 1 : (code ?? 1);
