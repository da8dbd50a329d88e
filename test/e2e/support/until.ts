const INTERVAL_MS = 50;

/** Waits until `condition` holds; looks every 50 ms. Rejects with what `describe` says when it does not within `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  describe: () => string | Promise<string>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(await describe());
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
