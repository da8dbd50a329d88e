/** The value below which the fraction `p` of `values` lies (nearest rank). */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

/** p50, p95, least and greatest of times in ms, rounded to whole ones. */
export function summary(values: readonly number[]): Record<'p50' | 'p95' | 'min' | 'max' | 'n', number> {
  const rounded = (p: number) => Math.round(percentile(values, p));
  return { p50: rounded(0.5), p95: rounded(0.95), min: rounded(0), max: rounded(1), n: values.length };
}

/** Prints the result of a bench: a table for people, or with `--json` one object on the last line. */
export function report(
  scenario: string,
  figures: Record<string, Record<string, number>>,
  ratios: Record<string, number> = {},
): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ scenario, ratios, figures }));
    return;
  }
  console.table(figures);
  for (const [peer, ratio] of Object.entries(ratios)) console.log(`ours / ${peer}: ${ratio.toFixed(2)}`);
}
