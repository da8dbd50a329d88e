import type { Bar, BarGroup } from './bars.ts';
import { shortNumber, ticks } from './ticks.ts';

/** What a chart says: a title, what the bars measure and in which unit, and the bars. */
export interface BarChart {
  title: string;
  axis: string;
  groups: readonly BarGroup[];
}

const WIDTH = 840;
const MARGIN = 24;
const RIGHT = 92;
const TOP = 64;
const BAR = 18;
const BAR_STEP = 26;
const GROUP_GAP = 14;
const HEADING = 24;
const AXIS = 58;
const CHARACTER = 7.4;
const FONT = "font-family='system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif'";

// Colours that people with any colour vision tell apart (Okabe and Ito); each candidate has the same one in all charts.
const COLOURS: Record<string, string> = {
  webstreamer: '#0072b2',
  janus: '#e69f00',
  'node-datachannel': '#009e73',
  mesh: '#cc79a7',
  'direct call': '#cc79a7',
  'direct call between two pages (ms)': '#cc79a7',
  'rtcmulticonnection-server': '#d55e00',
};
const OTHER_COLOURS = ['#56b4e9', '#7f7f7f', '#b8860b', '#f0e442'];

function colours(bars: readonly Bar[]): (candidate: string) => string {
  const others = [...new Set(bars.map(({ candidate }) => candidate))].filter((candidate) => !(candidate in COLOURS));
  return (candidate) =>
    COLOURS[candidate] ?? OTHER_COLOURS[others.indexOf(candidate) % OTHER_COLOURS.length] ?? '#7f7f7f';
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&quot;' };
const escape = (text: string) => text.replaceAll(/[&<>'"]/g, (character) => ESCAPES[character] ?? '');
const at = (value: number) => Number(value.toFixed(1));

interface TextStyle {
  anchor?: 'start' | 'middle' | 'end';
  size?: number;
  weight?: number;
  fill?: string;
}

function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = 'start', size = 13, weight = 400, fill = '#1f2328' } = style;
  return `<text x='${at(x)}' y='${at(y)}' font-size='${size}' font-weight='${weight}' fill='${fill}' text-anchor='${anchor}'>${escape(content)}</text>`;
}

const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, width = 1) =>
  `<line x1='${at(x1)}' y1='${at(y1)}' x2='${at(x2)}' y2='${at(y2)}' stroke='${stroke}' stroke-width='${width}'/>`;

function whisker(y: number, low: number, high: number): string {
  const half = 4;
  const ends = [low, high].map((x) => line(x, y - half, x, y + half, '#1f2328', 1.4));
  return [line(low, y, high, y, '#1f2328', 1.4), ...ends].join('');
}

/** A chart of lying bars as an SVG document of its own, with a white ground, so that it can be read on any page. */
export function barChart({ title, axis, groups }: BarChart): string {
  const bars = groups.flatMap((group) => group.bars);
  const left = MARGIN + Math.max(40, ...bars.map(({ label }) => label.length * CHARACTER));
  const marks = ticks(Math.max(...bars.map(({ value, high }) => Math.max(value, high ?? value))));
  const scale = (WIDTH - RIGHT - left) / (marks.at(-1) ?? 1);
  const x = (value: number) => left + value * scale;
  const colour = colours(bars);
  const drawn: string[] = [];
  let y = TOP;
  for (const [index, { name, bars: own }] of groups.entries()) {
    if (index > 0) y += GROUP_GAP;
    if (name !== '') {
      drawn.push(text(left, y + 14, name, { weight: 600 }));
      y += HEADING;
    }
    for (const bar of own) {
      drawn.push(drawBar(bar, y, left, x, colour(bar.candidate)));
      y += BAR_STEP;
    }
  }
  const bottom = y + 4;
  const grid = marks.flatMap((mark) => [
    line(x(mark), TOP - 8, x(mark), bottom, mark === 0 ? '#59636e' : '#d8dee4'),
    text(x(mark), bottom + 18, shortNumber(mark), { anchor: 'middle', size: 12, fill: '#59636e' }),
  ]);
  const height = bottom + AXIS;
  return [
    `<svg xmlns='http://www.w3.org/2000/svg' width='${WIDTH}' height='${at(height)}' viewBox='0 0 ${WIDTH} ${at(height)}' role='img' aria-label='${escape(title)}' ${FONT}>`,
    `<rect width='100%' height='100%' fill='#ffffff'/>`,
    text(MARGIN, 34, title, { size: 17, weight: 600 }),
    ...grid,
    ...drawn,
    text(x((marks.at(-1) ?? 0) / 2), bottom + 42, axis, { anchor: 'middle', fill: '#59636e' }),
    '</svg>',
    '',
  ].join('\n');
}

function drawBar(bar: Bar, y: number, left: number, x: (value: number) => number, colour: string): string {
  const { label, value, low, high } = bar;
  const middle = y + BAR / 2;
  const spread = low !== null && high !== null && low < high;
  const end = spread ? Math.max(x(high), x(value)) : x(value);
  return [
    text(left - 8, middle + 4.5, label, { anchor: 'end' }),
    `<rect x='${at(left)}' y='${at(y)}' width='${at(Math.max(1, x(value) - left))}' height='${BAR}' rx='2' fill='${colour}'/>`,
    spread ? whisker(middle, x(Math.max(0, low)), x(high)) : '',
    text(end + 8, middle + 4.5, shortNumber(value), { weight: 600 }),
  ].join('');
}
