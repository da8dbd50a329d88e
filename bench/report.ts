// Draws the newest saved result of each bench into docs/performance.md, between its marks, and its plots beside it.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { barChart } from './report/bar-chart.ts';
import { barsOf } from './report/bars.ts';
import { type Drawing, section, withFigures } from './report/markdown.ts';
import { plotsOf } from './report/plots.ts';
import { readResults, type Result } from './report/results.ts';

const DOCUMENT = 'docs/performance.md';
const RESULTS = 'bench/results';
const DRAWINGS = 'docs/img/performance';

async function draw(result: Result): Promise<Drawing[]> {
  const drawings: Drawing[] = [];
  for (const [index, { title, axis, ...columns }] of plotsOf(result).entries()) {
    const name = index === 0 ? `${result.scenario}.svg` : `${result.scenario}-${index + 1}.svg`;
    await writeFile(join(DRAWINGS, name), barChart({ title, axis, groups: barsOf(result.figures, columns) }));
    drawings.push({ path: `img/performance/${name}`, title });
  }
  return drawings;
}

const results = existsSync(RESULTS) ? await readResults(RESULTS) : [];
if (results.length === 0) {
  console.error('Nothing is saved yet: npm run bench -- <name> --save');
  process.exitCode = 1;
} else {
  await rm(DRAWINGS, { recursive: true, force: true });
  await mkdir(DRAWINGS, { recursive: true });
  const sections: string[] = [];
  for (const result of results) sections.push(section(result, await draw(result)));
  const document = withFigures(await readFile(DOCUMENT, 'utf8'), sections.join('\n\n'));
  await writeFile(DOCUMENT, await format(document, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
  console.log(`${DOCUMENT}: ${results.map(({ scenario }) => scenario).join(', ')}`);
}
