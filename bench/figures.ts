import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** Rows of a table, by their names: column → number. */
export type Figures = Record<string, Record<string, number>>;

/** Where a bench ran, and what of. */
export interface Machine {
  cpu: string;
  cores: number;
  node: string;
  /** The commit of the checkout, with a `+` when files were changed since. */
  commit: string;
}

/** The value below which the fraction `p` of `values` lies (nearest rank). */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

/** p50, p95, p99, least and greatest of times in ms, rounded to whole ones. */
export function summary(values: readonly number[]): Record<'p50' | 'p95' | 'p99' | 'min' | 'max' | 'n', number> {
  const rounded = (p: number) => Math.round(percentile(values, p));
  const [p50, p95, p99, min, max] = [rounded(0.5), rounded(0.95), rounded(0.99), rounded(0), rounded(1)];
  return { p50, p95, p99, min, max, n: values.length };
}

function machine(): Machine {
  const all = cpus();
  const { stdout } = spawnSync('git', ['describe', '--always', '--exclude=*', '--dirty=+'], { encoding: 'utf8' });
  const commit = (stdout as string | null)?.trim() ?? '';
  return { cpu: all[0]?.model ?? 'unknown CPU', cores: all.length, node: process.version, commit };
}

function append(folder: string, scenario: string, result: object): void {
  mkdirSync(folder, { recursive: true });
  const line = JSON.stringify({ at: new Date().toISOString(), machine: machine(), ...result });
  appendFileSync(join(folder, `${scenario}.jsonl`), `${line}\n`);
}

/**
 * Prints the result of a bench: a table for people, or with `--json` one object on the last line. It is also appended to
 * `.cache/bench/results/`, or with `--save` to `bench/results/`, which is committed; `runs` = what the figures were made of.
 */
export function report(scenario: string, figures: Figures, ratios: Record<string, number> = {}, runs?: unknown): void {
  const folder = process.argv.includes('--save') ? 'bench/results' : '.cache/bench/results';
  append(folder, scenario, { scenario, ratios, figures, ...(runs !== undefined && { runs }) });
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ scenario, ratios, figures }));
    return;
  }
  console.table(figures);
  for (const [peer, ratio] of Object.entries(ratios)) console.log(`ours / ${peer}: ${ratio.toFixed(2)}`);
}
