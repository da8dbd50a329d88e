import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const entry = join(import.meta.dirname, 'entries/tcp-call.mjs');

it('media go through the ICE agent where there is no UDP socket to the page', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [entry], { timeout: 20_000 });
  expect(stdout).toBe('shown');
});
