import { percentile } from '../figures.ts';
import type { Candidate } from './call.ts';
import { type CallFigures, measureCall, type MeasureOptions } from './measure-call.ts';

/** What is compared: each candidate at each size, `repetitions` times, one candidate after the other. */
export interface Comparison extends MeasureOptions {
  candidates: readonly Candidate[];
  sizes: readonly number[];
  repetitions: number;
}

/** The measurements of one candidate at one size. */
export interface Series {
  candidate: string;
  size: number;
  runs: CallFigures[];
}

/** The middle of the values, the least and the greatest. */
export function spread(values: readonly number[]): { median: number; min: number; max: number } {
  return { median: percentile(values, 0.5), min: percentile(values, 0), max: percentile(values, 1) };
}

/** Measures A B C A B C …, so that whatever else the machine does meets all alike; a candidate that is absent is named and left out. */
export async function compare({ candidates, sizes, repetitions, ...options }: Comparison): Promise<Series[]> {
  for (const { name, absent } of candidates) if (absent !== null) console.error(`skipped: ${name}: ${absent}`);
  const present = candidates.filter(({ absent }) => absent === null);
  const all: Series[] = [];
  for (const size of sizes) {
    const series = present.map(({ name }): Series => ({ candidate: name, size, runs: [] }));
    all.push(...series);
    for (let run = 1; run <= repetitions; run++) {
      for (const [index, candidate] of present.entries()) {
        const figures = await measureOne(candidate, size, options);
        series[index]?.runs.push(figures);
        console.error(`${candidate.name}, ${size}, run ${run}: ${describe(figures)}`);
      }
    }
  }
  return all;
}

async function measureOne({ start }: Candidate, size: number, options: MeasureOptions): Promise<CallFigures> {
  const call = await start(size);
  try {
    return await measureCall(call, options);
  } finally {
    await call.close();
  }
}

function describe(figures: CallFigures): string {
  const cpu = Object.entries(figures.cpuPercent).map(([part, percent]) => `${part} ${percent.toFixed(0)} %`);
  return [
    `${figures.cpuUsPerPacket.toFixed(1)} µs per packet`,
    cpu.join(', '),
    `${figures.packetsPerSecond.toFixed(0)} packets/s`,
    `${figures.missingFrames} of ${figures.frames + figures.missingFrames} frames missing`,
    `${figures.skippedFrames} not sent`,
    `${figures.socketOverflows} socket overflows`,
  ].join('; ');
}

/** A row of the table: the medians of a series, and the spread of the CPU per packet. */
export function row({ runs }: Series): Record<string, number> {
  const median = (field: Exclude<keyof CallFigures, 'cpuPercent'>) => spread(runs.map((run) => run[field])).median;
  const cpu = spread(runs.map((run) => run.cpuUsPerPacket));
  const sum = (
    field: 'frames' | 'missingFrames' | 'skippedFrames' | 'socketOverflows' | 'undecodableFrames' | 'pictureIdJumps',
  ) => runs.reduce((all, run) => all + run[field], 0);
  return rounded({
    'CPU µs/packet': cpu.median,
    least: cpu.min,
    most: cpu.max,
    'CPU µs/frame': median('cpuUsPerFrame'),
    'packets/s': median('packetsPerSecond'),
    'threads/person': median('threadsPerPerson'),
    'MB/person': median('residentMbPerPerson'),
    'delay p50 ms': median('delayP50Ms'),
    'delay p95 ms': median('delayP95Ms'),
    'frames seen': sum('frames'),
    'frames missing': sum('missingFrames'),
    'frames not sent': sum('skippedFrames'),
    'socket overflows': sum('socketOverflows'),
    'not decodable': sum('undecodableFrames'),
    'picture id jumps': sum('pictureIdJumps'),
    'bots CPU %': median('botsCpuPercent'),
    'machine idle %': median('machineIdlePercent'),
  });
}

/** The numbers with two digits behind the point. */
export function rounded(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value * 100) / 100]));
}

/** How the ratios of runs that stood next to each other are spread, by the peer and, behind a comma, the size. */
type RatioSpreads = Record<string, ReturnType<typeof spread>>;

/**
 * Ours against each peer in CPU per packet. `headline` is the size whose ratio goes by the peer's name alone; the others have
 * theirs behind it.
 */
export function ratioSpreads(all: readonly Series[], ours: string, headline: number): RatioSpreads {
  const result: RatioSpreads = {};
  for (const { candidate, size, runs } of all) {
    if (candidate === ours) continue;
    const own = all.find((series) => series.candidate === ours && series.size === size)?.runs ?? [];
    const pairs = runs.map((run, index) => (own[index]?.cpuUsPerPacket ?? NaN) / run.cpuUsPerPacket);
    result[size === headline ? candidate : `${candidate}, ${size}`] = spread(pairs);
  }
  return result;
}

/** The medians of ratios. */
export function ratios(spreads: RatioSpreads): Record<string, number> {
  return Object.fromEntries(Object.entries(spreads).map(([peer, { median }]) => [peer, median]));
}

/** A row of the table for each ratio, with its spread. */
export function ratioRows(spreads: RatioSpreads): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(spreads).map(([peer, { median, min, max }]) => [
      `ours / ${peer}`,
      rounded({ ratio: median, least: min, most: max }),
    ]),
  );
}

/**
 * CPU in µs for each packet more, from the totals at several sizes by least squares: what is left of the cost per packet when the
 * server's fixed costs are shared by many. Null when there is but one size.
 */
export function marginalUsPerPacket(series: readonly Series[]): number | null {
  if (series.length < 2) return null;
  const points = series.map(({ runs }) => {
    const packets = spread(runs.map((run) => run.packetsPerSecond)).median;
    return { x: packets, y: packets * spread(runs.map((run) => run.cpuUsPerPacket)).median };
  });
  return slope(points);
}

/**
 * MB of each person more, from the totals at several sizes by least squares: without what a room holds once, such as the slate's
 * encoder. Null when there is but one size.
 */
export function marginalMbPerPerson(series: readonly Series[]): number | null {
  if (series.length < 2) return null;
  const points = series.map(({ size, runs }) => {
    return { x: size, y: size * spread(runs.map((run) => run.residentMbPerPerson)).median };
  });
  return slope(points);
}

/**
 * The exponent with which `y` grows with `x`: the slope of the line that lies best between the logarithms, by least squares. Null
 * for fewer than two points.
 */
export function exponent(points: readonly { x: number; y: number }[]): number | null {
  if (points.length < 2) return null;
  return slope(points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) })));
}

function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
}

/**
 * How the server's CPU in a second of a gallery grows with the streams forwarded, n·(n−1): the exponents of the repetitions, each
 * over all sizes. Null when there is but one size.
 */
export function exponentOnStreams(series: readonly Series[]): ReturnType<typeof spread> | null {
  const repetitions = Math.min(...series.map(({ runs }) => runs.length));
  const exponents = Array.from({ length: repetitions }, (_, index) =>
    exponent(
      series.flatMap(({ size, runs }) => {
        const run = runs[index];
        return run ? [{ x: size * (size - 1), y: run.cpuUsPerPacket * run.packetsPerSecond }] : [];
      }),
    ),
  ).filter((value) => value !== null);
  return exponents.length > 0 ? spread(exponents) : null;
}
