import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const entry = join(import.meta.dirname, 'entries/collect.mjs');

it('nothing of an endpoint that has ended is held in the worker’s memory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', entry]);
  expect(JSON.parse(stdout)).toEqual({ endpoints: [5, 5], feeds: [5, 5], relays: [5, 5], streams: [5, 5] });
});
