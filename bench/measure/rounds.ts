/** Runs `round` `count` times, one after the other, but begins none later than `limitMs` after the first; answers how many it ran. */
export async function rounds(count: number, limitMs: number, round: (index: number) => Promise<void>): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < count; index++) {
    if (index > 0 && performance.now() - start > limitMs) {
      console.error(`${index} rounds instead of ${count}: the time is up`);
      return index;
    }
    await round(index);
  }
  return count;
}
