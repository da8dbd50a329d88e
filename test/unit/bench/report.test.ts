import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { barChart } from '../../../bench/report/bar-chart.ts';
import { barsOf } from '../../../bench/report/bars.ts';
import { section, table, withFigures } from '../../../bench/report/markdown.ts';
import { plotsOf } from '../../../bench/report/plots.ts';
import { newestResult, readResults } from '../../../bench/report/results.ts';
import { shortNumber, ticks } from '../../../bench/report/ticks.ts';

const line = (scenario: string, value: number) =>
  `${JSON.stringify({ at: '2026-01-02T03:04:05Z', scenario, ratios: { peer: 0.5 }, figures: { a: { x: value } } })}\n`;

describe('what was saved', () => {
  it('is read from the last line of each file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'results-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'b.jsonl'), line('b', 1) + line('b', 2));
    await writeFile(join(folder, 'a.jsonl'), line('a', 3));
    await writeFile(join(folder, 'notes.txt'), 'nothing');
    expect((await readResults(folder)).map(({ figures }) => figures)).toEqual([{ a: { x: 3 } }, { a: { x: 2 } }]);
    await writeFile(join(folder, 'a.jsonl'), line('b', 3));
    await expect(readResults(folder)).rejects.toThrow('a.jsonl holds a result of b');
  });

  it('may be nothing', () => {
    expect(newestResult('')).toBeNull();
    expect(() => newestResult('{')).toThrow();
  });
});

describe('a table', () => {
  it('has a column for each name that any row has', () => {
    expect(table({ one: { a: 1, b: 1234.5 }, 'two | three': { b: NaN, c: 0.12345 } })).toBe(
      [
        '|  | a | b | c |',
        '| --- | ---: | ---: | ---: |',
        '| one | 1 | 1,235 | – |',
        String.raw`| two \| three | – | – | 0.123 |`,
      ].join('\n'),
    );
  });

  it('stands with its plots and ratios in the section of its scenario', () => {
    const text = section(newestResult(line('forward', 1))!, [{ path: 'img/x.svg', title: 'Seen' }]);
    expect(text).toMatch(
      /^### forward\n\nMeasured 2026-01-02\.\n\n!\[Seen\]\(img\/x\.svg\)\n\n- ours \/ peer: \*\*0\.50\*\*/,
    );
  });
});

describe('the document', () => {
  it('keeps what is around the figures', () => {
    const once = withFigures('before <!-- figures -->old<!-- /figures --> after', 'new');
    expect(once).toBe('before <!-- figures -->\n\nnew\n\n<!-- /figures --> after');
    expect(withFigures(once, 'new')).toBe(once);
  });

  it('must have a place for them', () => {
    expect(() => withFigures('nothing', 'new')).toThrow('has no <!-- figures -->');
    expect(() => withFigures('<!-- /figures --><!-- figures -->', 'new')).toThrow('has no <!-- figures -->');
  });
});

describe('the bars of a chart', () => {
  it('stand together by what was measured when there are several to compare', () => {
    const figures = {
      'ours, 10 receivers': { cost: 1, least: 0.5, most: 2 },
      'peer, 10 receivers': { cost: 2 },
      'ours, 20 receivers': { cost: 3 },
      'ours / peer': { ratio: 0.5 },
    };
    expect(barsOf(figures, { value: 'cost' })).toEqual([
      {
        name: '10 receivers',
        bars: [
          { candidate: 'ours', label: 'ours', value: 1, low: 0.5, high: 2 },
          { candidate: 'peer', label: 'peer', value: 2, low: null, high: null },
        ],
      },
      { name: '20 receivers', bars: [{ candidate: 'ours', label: 'ours', value: 3, low: null, high: null }] },
    ]);
  });

  it('stand alone otherwise', () => {
    const figures = { 'ours, alone': { p50: 1, min: 0, max: 2 }, direct: { p50: 2, min: 1, max: 3 } };
    const [group, ...others] = barsOf(figures, { value: 'p50', low: 'min', high: 'max' });
    expect(others).toEqual([]);
    expect(group!.bars.map(({ label, low, high }) => [label, low, high])).toEqual([
      ['ours, alone', 0, 2],
      ['direct', 1, 3],
    ]);
  });

  it('show the spread of the first column only, which the others do not share', () => {
    const figures = { ours: { cost: 1, memory: 7, least: 0.5, most: 2 } };
    expect(barsOf(figures, { value: 'memory' })[0]!.bars[0]).toMatchObject({ value: 7, low: null, high: null });
  });
});

describe('a chart', () => {
  it('is an SVG on white that names its title and its unit and shows each value', () => {
    const groups = barsOf({ '<ours>': { x: 1.5, least: 1, most: 2 }, peer: { x: 3 } }, { value: 'x' });
    const svg = barChart({ title: 'A & B', axis: 'µs per packet', groups });
    expect(svg).toMatch(/^<svg [^>]+aria-label='A &amp; B'/);
    for (const text of ["fill='#ffffff'", '>A &amp; B<', '>µs per packet<', '>&lt;ours&gt;<', '>1.5<', '>3<'])
      expect(svg).toContain(text);
    expect(svg).not.toContain('NaN');
  });

  it('can be drawn of zeros', () => {
    const svg = barChart({ title: 'Nothing', axis: 'frames', groups: barsOf({ ours: { x: 0 } }, { value: 'x' }) });
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe('the plots of a result', () => {
  const result = (scenario: string, figures: Record<string, Record<string, number>>) =>
    plotsOf({ scenario, at: '', ratios: {}, figures }).map(({ value, low }) => [value, low]);

  it('are those of the scenario whose columns are there', () => {
    expect(result('forward', { ours: { 'CPU µs/packet': 1 } })).toEqual([['CPU µs/packet', undefined]]);
  });

  it('are one of the first column for a scenario that is not known', () => {
    expect(result('new', { a: { p50: 1, min: 0, max: 2 }, b: { n: 1, p50: 2, min: 0, max: 1 } })).toEqual([
      ['p50', 'min'],
    ]);
    expect(result('new', { a: { x: 1 }, b: { y: 1 } })).toEqual([]);
    expect(result('new', {})).toEqual([]);
  });
});

describe('the marks of an axis', () => {
  it('reach from zero over the greatest value in even steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (max) => {
        const marks = ticks(max);
        expect(marks[0]).toBe(0);
        expect(marks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
        expect(marks.length).toBeGreaterThan(2);
        expect(marks.length).toBeLessThan(8);
      }),
    );
    expect(ticks(90)).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it('are written short', () => {
    expect([0, 0.12345, 31.26, 12345.6].map(shortNumber)).toEqual(['0', '0.123', '31.3', '12,346']);
  });
});
