import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout } from './checkout.ts';

/** Says that it runs, and ends in order when it is asked to, or after a minute. */
const PROGRAM = `
  process.once('SIGTERM', () => { console.log('ended in order'); process.exit(0); });
  setTimeout(() => {}, 60_000);
  console.log('running');`;

let checkout: Checkout;

beforeEach(() => {
  checkout = new Checkout();
  checkout.copy('package.json');
  checkout.write('scripts/setup.mjs', ''); // as if there were nothing to do
});
afterEach(() => {
  checkout.remove();
});

describe('npm that is asked to end', () => {
  it.each([
    { script: 'start', program: 'dist/cli/main.js' },
    { script: 'test', program: 'node_modules/vitest/vitest.mjs' },
  ])('npm $script hands the signal on, so that nothing is left behind', async ({ script, program }) => {
    checkout.write(program, PROGRAM);
    const npm = spawn('npm', ['run', '--silent', script], {
      cwd: checkout.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    const running = new Promise<void>((resolve) => {
      createInterface(npm.stdout).on('line', (line) => {
        lines.push(line);
        resolve();
      });
    });
    await running;
    npm.kill('SIGTERM');
    // The pipe closes when the last process that writes to it is gone.
    await once(npm, 'close');
    expect(lines.slice(0, 2)).toEqual(['running', 'ended in order']);
  });
});
