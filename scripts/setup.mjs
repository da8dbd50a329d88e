#!/usr/bin/env node
// Makes this checkout ready to run: `node scripts/setup.mjs <run|build|test|check|bench>`. Uses Node's own modules only, because
// on a fresh clone nothing else is there. Each step first looks whether it has anything to do, and says one line when it has.
import process from 'node:process';
import { aptStep, peersStep, requiredPackages } from './setup/apt.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { nativeStep } from './setup/native.mjs';
import { npmStep } from './setup/npm.mjs';
import { SetupError } from './setup/setup-error.mjs';
import { withLock } from './setup/lock.mjs';
import { serverStep, webStep } from './setup/typescript.mjs';

const MODES = ['run', 'build', 'test', 'check', 'bench'];

/**
 * What a mode needs, in order. The checks look at sources only, so they need no system packages and no build.
 * @param {string} mode one of MODES
 * @returns {import('./setup/step.d.ts').Step[]} the steps
 */
function stepsFor(mode) {
  if (mode === 'check') return [npmStep];
  const steps = [aptStep(requiredPackages(mode)), npmStep, nativeStep, serverStep, webStep];
  return mode === 'bench' ? [...steps, peersStep()] : steps;
}

/** @param {string | undefined} mode the word on the command line */
async function main(mode) {
  if (mode === undefined || !MODES.includes(mode)) {
    throw new SetupError(`Usage: node scripts/setup.mjs <${MODES.join('|')}>`);
  }
  checkNodeVersion(process.versions.node);
  const steps = stepsFor(mode);
  if (!steps.some((step) => step.needed())) return;
  await withLock(() => {
    // Another set-up may have done the work while this one waited, and each step can make the next one necessary.
    for (const step of steps) if (step.needed()) step.run();
  });
}

try {
  await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
