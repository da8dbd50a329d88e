import { test as base } from 'vitest';
import { Browsers } from './browsers.ts';
import { Cast } from './cast.ts';

/**
 * vitest's `test` with a `cast`: people are launched in the test, leave evidence when it fails, and are gone after it. Their browsers
 * are used again by the tests that come later.
 */
export const test = base.extend<{ $test: { cast: Cast }; $worker: { browsers: Browsers } }>({
  browsers: [
    // eslint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const browsers = new Browsers();
      await use(browsers);
      await browsers.close();
    },
    { scope: 'worker' },
  ],
  cast: async ({ task, browsers }, use) => {
    const cast = new Cast(browsers);
    try {
      await use(cast);
    } finally {
      if (task.result?.state === 'fail') await cast.saveEvidence(task.name);
      await cast.close();
    }
  },
});
