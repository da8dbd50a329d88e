import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Figures, Machine } from '../figures.ts';

/** What a bench has saved: the last line of its file. */
export interface Result {
  scenario: string;
  /** When it ran, in ISO 8601. */
  at: string;
  machine?: Machine;
  ratios: Record<string, number>;
  figures: Figures;
}

/** The newest result in the text of a file with one JSON object a line; null when there is none. */
export function newestResult(text: string): Result | null {
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  return last === '' ? null : (JSON.parse(last) as Result);
}

/** The newest result of each scenario in a folder, by the scenarios' names. */
export async function readResults(folder: string): Promise<Result[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted();
  const results: Result[] = [];
  for (const file of files) {
    const result = newestResult(await readFile(join(folder, file), 'utf8'));
    if (!result) continue;
    if (result.scenario !== basename(file, '.jsonl')) throw new Error(`${file} holds a result of ${result.scenario}`);
    results.push(result);
  }
  return results;
}
