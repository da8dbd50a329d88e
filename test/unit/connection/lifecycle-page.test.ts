import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConnectionState } from '../../../src/protocol/http-api/room.ts';
import { REASONS } from '../../../src/protocol/reasons.ts';
import { CONNECTION_EVENTS, next } from '../../../src/server/connection/connection-state.ts';

/** The rows of the table of docs/lifecycle.md whose first heading begins with `heading`, the headings first. */
function table(heading: string): string[][] {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/lifecycle.md'), 'utf8');
  const tables = page.split('\n\n').filter((part) => part.startsWith(`| ${heading}`));
  expect(tables.length).toBe(1);
  const rows = tables[0]!.trim().split('\n');
  return rows
    .filter((row) => !/^\|[ -]+\|/.test(row) || /[a-z]/.test(row))
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    );
}

describe('docs/lifecycle.md', () => {
  it('shows the states and where each may go, as the code has them', () => {
    const [headings, ...rows] = table('state');
    expect(headings!.slice(1)).toEqual([...CONNECTION_EVENTS]);
    expect(rows).toEqual(
      ConnectionState.options.map((state) => [state, ...CONNECTION_EVENTS.map((event) => next(state, event) ?? '–')]),
    );
  });

  it('has a row for each reason, no more, and no empty cell', () => {
    const [, ...rows] = table('reason');
    expect(rows.map(([reason]) => reason)).toEqual([...REASONS]);
    for (const row of rows) {
      expect(row.length).toBe(4);
      for (const cell of row) expect(cell).not.toBe('');
    }
  });
});
