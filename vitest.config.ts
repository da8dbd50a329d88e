import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Servers keep secrets and links in the home folder of who starts them: those of tests do not.
const state = mkdtempSync(join(tmpdir(), 'webstreamer-state-'));
process.env.STATE_DIRECTORY = state;
process.once('exit', () => {
  rmSync(state, { recursive: true, force: true });
});

export default defineConfig({
  test: {
    teardownTimeout: 30_000,
    projects: [
      {
        // Many of them wait: two at a time take little more than one. Those that try thousands of texts take ten times as long where
        // others work as well.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // A few events of each seed that is kept; `npm run fuzz` sends more.
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.fuzz.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Browsers and media workers need the processor for themselves: one file at a time, after everything else; and all of them in
        // one process, so that a browser which one file has started is there for the next.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          isolate: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
