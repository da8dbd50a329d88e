import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout } from './checkout.ts';

/** Says that it runs, and ends in order when it is asked to, or after a minute. */
const PROGRAM = `
  process.once('SIGTERM', () => { console.log('ended in order'); process.exit(0); });
  setTimeout(() => {}, 60_000);
  console.log('running');`;

/** Starts another process with the same output, which it never ends. */
const PARENT = `
  import { spawn } from 'node:child_process';
  spawn(process.execPath, ['-e', "console.log('running'); setTimeout(() => {}, 60_000)"], { stdio: 'inherit' });`;

let checkout: Checkout;

beforeEach(() => {
  checkout = new Checkout();
  checkout.copy('package.json');
  checkout.write('scripts/setup.mjs', ''); // as if there were nothing to do
});
afterEach(() => {
  checkout.remove();
});

/** What `npm run <script>` printed that was ended by a SIGTERM when it had printed its first line. */
async function outputUntilAllHaveEnded(script: string): Promise<string> {
  const npm = spawn('npm', ['run', '--silent', script], { cwd: checkout.folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(npm.stdout, 'data');
  npm.kill('SIGTERM');
  // The pipe closes when the last process that can write to it is gone.
  await once(npm, 'close');
  return output;
}

describe('npm that is asked to end', () => {
  it('ends webstreamer in order', async () => {
    checkout.write('dist/cli/main.js', PROGRAM);
    expect(await outputUntilAllHaveEnded('start')).toBe('running\nended in order\n');
  });

  it('ends the tests and the processes that they have started', async () => {
    checkout.write('node_modules/vitest/vitest.mjs', PARENT);
    expect(await outputUntilAllHaveEnded('test')).toBe('running\n0 passed, 1 failed\n');
  });
});
