import type { Figures } from '../figures.ts';

/** One bar of a chart; `low` and `high` are the ends of its whisker, null when the spread is not known. */
export interface Bar {
  candidate: string;
  label: string;
  value: number;
  low: number | null;
  high: number | null;
}

/** Bars that stand together; `name` is empty when there is nothing to say of them. */
export interface BarGroup {
  name: string;
  bars: Bar[];
}

/** The columns that a chart shows; without `low` and `high`, the first column of a row has its spread in `least` and `most`. */
export interface BarColumns {
  value: string;
  low?: string;
  high?: string;
}

function spreadOf(columns: Record<string, number>, { value, low, high }: BarColumns): Pick<Bar, 'low' | 'high'> {
  const first = Object.keys(columns)[0] === value;
  const end = (name: string | undefined, usual: string) => columns[name ?? (first ? usual : '')] ?? null;
  return { low: end(low, 'least'), high: end(high, 'most') };
}

/** The parts of a row's name: who was measured, and at what. */
function parts(row: string): { candidate: string; at: string } {
  const comma = row.indexOf(', ');
  return comma < 0 ? { candidate: row, at: '' } : { candidate: row.slice(0, comma), at: row.slice(comma + 2) };
}

/**
 * The bars of the rows that have the column. Rows named "candidate, size" are put together by size when several candidates were
 * measured at one; otherwise each row stands for itself.
 */
export function barsOf(figures: Figures, shown: BarColumns): BarGroup[] {
  const { value } = shown;
  const rows = Object.entries(figures).filter(([, columns]) => Number.isFinite(columns[value]));
  const names = rows.map(([row]) => parts(row));
  const compared = names.some(({ candidate, at }) => names.some((o) => o.at === at && o.candidate !== candidate));
  const groups = new Map<string, Bar[]>();
  for (const [row, columns] of rows) {
    const { candidate, at } = parts(row);
    const bar = {
      candidate,
      label: compared ? candidate : row,
      value: columns[value] ?? NaN,
      ...spreadOf(columns, shown),
    };
    const group = compared ? at : '';
    groups.set(group, [...(groups.get(group) ?? []), bar]);
  }
  return [...groups].map(([name, bars]) => ({ name, bars }));
}
