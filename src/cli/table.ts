import stringWidth from 'string-width';

/** What a cell may hold; nothing is shown as a dash. */
export type Cell = string | number | boolean | null | undefined;

/** Text as a terminal may have it: what people type cannot move its cursor, or turn the direction of the rest. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}

function shown(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return plain(String(cell));
}

/** Rows below a head, in columns as wide as they must be; characters that are two columns wide count as two. Numbers stand right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head.map((title) => title.toUpperCase()), ...rows.map((row) => row.map(shown))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => stringWidth(line[column] ?? ''))));
  const isRight = head.map(
    (_, column) =>
      rows.length > 0 &&
      rows.every((row) => typeof row[column] !== 'string' && typeof row[column] !== 'boolean') &&
      rows.some((row) => typeof row[column] === 'number'),
  );
  const text = lines.map((line) =>
    line
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
        return isRight[column] === true ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
  return `${text.join('\n')}\n`;
}

/** Names beside values, one a line. */
export function list(entries: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...entries.map(([name]) => stringWidth(name)));
  return entries.map(([name, value]) => `${name}${' '.repeat(width - stringWidth(name))}  ${shown(value)}\n`).join('');
}
