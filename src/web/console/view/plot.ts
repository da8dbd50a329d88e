import type uPlot from 'uplot';
import type { TimeSeries } from '../time-series.ts';
import { TOGETHER } from '../figures.ts';
import { h, setText } from './elements.ts';
import { format, words } from './say.ts';

/** What a plot shows. */
export interface PlotOptions {
  title: string;
  /** What the series of all together is called. */
  together: string;
  nameOf: (series: string) => string;
  write: (value: number | null) => string;
  /** The axis goes at least so far. */
  atLeast: number;
}

const HEIGHT = 200;
const SHORTEST_SECONDS = 60;
const COLOURS = 8;

/** Figures over time: lines, and the same in a table for those who do not see them. */
export class Plot {
  readonly element: HTMLElement;
  readonly #options: PlotOptions;
  readonly #canvas = h('div', { class: 'canvas', 'aria-hidden': 'true' });
  readonly #hint = h('p', { class: 'hint' }, words.plots.empty);
  readonly #body = h('tbody');
  readonly #details: HTMLDetailsElement;
  readonly #resize: ResizeObserver;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  #series: TimeSeries | undefined;
  #chart: uPlot | undefined;
  /** The lines of the chart: series and their names. */
  #drawn = '';

  constructor(options: PlotOptions) {
    this.#options = options;
    const { plots: say } = words;
    const head = [say.series, say.now, say.least, say.mean, say.most];
    this.#details = h(
      'details',
      {
        ontoggle: () => {
          this.#fillTable();
        },
      },
      h('summary', {}, say.table, h('span', { class: 'unseen' }, `: ${options.title}`)),
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': options.title },
        h(
          'table',
          {},
          h('caption', { class: 'unseen' }, say.caption(options.title)),
          h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
          this.#body,
        ),
      ),
    );
    this.element = h(
      'section',
      { class: 'card plot' },
      h('h3', {}, options.title),
      this.#hint,
      this.#canvas,
      this.#details,
    );
    this.#resize = new ResizeObserver(() => {
      // It is drawn as soon as there is a place for it.
      if (this.#chart === undefined) this.#redraw();
      else this.#chart.setSize(this.#size());
    });
    this.#resize.observe(this.#canvas);
    this.#scheme.addEventListener('change', this.#redraw);
  }

  /** Shows what is kept now. */
  update(series: TimeSeries): void {
    this.#series = series;
    const names = series.names();
    this.#hint.hidden = names.length > 0;
    const drawn = names.map((name) => this.#nameOf(name)).join('\n');
    if (drawn !== this.#drawn || this.#chart === undefined) this.#draw(names);
    this.#drawn = drawn;
    this.#chart?.setData(series.columns(names));
    // While nobody points at a moment the legend tells of the latest.
    if (this.#chart?.cursor.idx === null || this.#chart?.cursor.idx === undefined)
      this.#chart?.setLegend({ idx: series.length - 1 });
    this.#fillTable();
  }

  /** Frees what the library holds. */
  close(): void {
    this.#resize.disconnect();
    this.#scheme.removeEventListener('change', this.#redraw);
    this.#chart?.destroy();
  }

  readonly #redraw = () => {
    if (this.#series === undefined) return;
    this.#drawn = '';
    this.update(this.#series);
  };

  #nameOf(series: string): string {
    return series === TOGETHER ? this.#options.together : this.#options.nameOf(series);
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(200, this.#canvas.clientWidth), height: HEIGHT };
  }

  #draw(names: readonly string[]): void {
    this.#chart?.destroy();
    this.#chart = undefined;
    // The library is a script of its own; without it the tables remain.
    const { uPlot: Chart } = globalThis as { uPlot?: typeof uPlot };
    if (Chart === undefined || names.length === 0 || this.#canvas.clientWidth === 0) return;
    this.#chart = new Chart(this.#chartOptions(names), [[]], this.#canvas);
  }

  #chartOptions(names: readonly string[]): uPlot.Options {
    const style = getComputedStyle(this.element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const { write, atLeast } = this.#options;
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    const lines = names.map((name, index) => {
      const together = name === TOGETHER;
      return {
        label: this.#nameOf(name),
        stroke: together ? colour('--ink') : colour(`--plot-${index % COLOURS}`),
        width: together ? 2.5 : 1.5,
        // Colours come again after a while; dashes tell those lines apart.
        ...(!together && index > COLOURS && { dash: [6, 3] }),
        points: { show: false },
        value: (_chart: uPlot, value: number | null) => write(value),
      };
    });
    return {
      ...this.#size(),
      cursor: { sync: { key: 'console' }, drag: { x: false, y: false } },
      scales: {
        x: { range: (_chart, first, last) => [Math.min(first, last - SHORTEST_SECONDS), last] },
        y: { range: (_chart, _least, most) => [0, Math.max(atLeast, most * 1.1)] },
      },
      axes: [
        { ...axis, values: (_chart, moments) => moments.map((moment) => format.time(moment * 1000)), space: 90 },
        { ...axis, values: (_chart, values) => values.map((value) => write(value)), size: 84 },
      ],
      series: [
        {
          label: words.plots.time,
          value: (_chart, moment: number | null) => (moment === null ? words.unknown : format.time(moment * 1000)),
        },
        ...lines,
      ],
    };
  }

  #fillTable(): void {
    const series = this.#series;
    if (!this.#details.open || series === undefined) return;
    const names = series.names();
    while (this.#body.rows.length > names.length) this.#body.deleteRow(-1);
    for (const [index, name] of names.entries()) {
      const row = this.#body.rows[index] ?? this.#body.appendChild(emptyRow());
      const { now, least, mean, most } = series.summary(name);
      const texts = [this.#nameOf(name), ...[now, least, mean, most].map((value) => this.#options.write(value))];
      for (const [column, text] of texts.entries()) setText(row.cells[column] ?? row, text);
    }
  }
}

function emptyRow(): HTMLTableRowElement {
  return h('tr', {}, h('th', { scope: 'row' }), h('td'), h('td'), h('td'), h('td'));
}
