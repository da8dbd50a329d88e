import { test as base } from 'vitest';
import { Cast } from './cast.ts';

/** vitest's `test` with a `cast`: people are launched in the test, leave evidence when it fails, and are ended after it. */
export const test = base.extend<{ cast: Cast }>({
  cast: async ({ task }, use) => {
    const cast = new Cast();
    try {
      await use(cast);
    } finally {
      if (task.result?.state === 'fail') await cast.saveEvidence(task.name);
      await cast.close();
    }
  },
});
