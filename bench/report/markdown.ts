import type { Figures } from '../figures.ts';
import type { Result } from './results.ts';
import { shortNumber } from './ticks.ts';

const BEGIN = '<!-- figures -->';
const END = '<!-- /figures -->';

/** A drawing in a document: its path from there and what it shows. */
export interface Drawing {
  path: string;
  title: string;
}

/** A table in Markdown: a line for each row, a column for each name that any row has. */
export function table(figures: Figures): string {
  const rows = Object.entries(figures);
  const columns = [...new Set(rows.flatMap(([, row]) => Object.keys(row)))];
  const lines = rows.map(([name, row]) => [name, ...columns.map((column) => cell(row[column]))]);
  return [['', ...columns], ['---', ...columns.map(() => '---:')], ...lines]
    .map((cells) => `| ${cells.map((each) => each.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n');
}

function cell(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '–' : shortNumber(value);
}

/** What a document says of one result. */
export function section({ scenario, at, machine, ratios, figures }: Result, drawings: readonly Drawing[]): string {
  const where = machine ? ` on ${machine.cores} × ${machine.cpu}, commit ${machine.commit}` : '';
  const lines = Object.entries(ratios).map(([peer, ratio]) => `- ours / ${peer}: **${ratio.toFixed(2)}**`);
  return [
    `### ${scenario}`,
    `Measured ${at.slice(0, 10)}${where}.`,
    ...drawings.map(({ path, title }) => `![${title}](${path})`),
    ...(lines.length > 0 ? [lines.join('\n')] : []),
    table(figures),
  ].join('\n\n');
}

/** The document with `figures` between its marks in place of what was there. */
export function withFigures(document: string, figures: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document has no ${BEGIN} … ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${document.slice(end)}`;
}
