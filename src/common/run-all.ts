/**
 * Runs every step, one after another, also those behind a step that failed. Rejects after the last one: with the only error, or
 * with an AggregateError of several.
 */
export async function runAll(steps: readonly (() => void | Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  throwCollected(errors);
}

/** Waits for all of them, also behind one that failed; rejects as {@link runAll} does. */
export async function settleAll(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  throwCollected(results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])));
}

function throwCollected(errors: unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} things failed`);
}
