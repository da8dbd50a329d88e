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
  });
}

function rounded(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value * 100) / 100]));
}

/**
 * Ours against each peer in CPU per packet: the median of the ratios of the runs that stood next to each other. `headline` is the
 * size whose ratio goes by the peer's name alone; the others have theirs behind it.
 */
export function ratios(all: readonly Series[], ours: string, headline: number): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { candidate, size, runs } of all) {
    if (candidate === ours) continue;
    const own = all.find((series) => series.candidate === ours && series.size === size)?.runs ?? [];
    const pairs = runs.map((run, index) => (own[index]?.cpuUsPerPacket ?? NaN) / run.cpuUsPerPacket);
    result[size === headline ? candidate : `${candidate}, ${size}`] = spread(pairs).median;
  }
  return result;
}

/**
 * CPU in µs for each packet more, from the totals at several sizes by least squares: what is left of the cost per packet when the
 * server's fixed costs are shared by many. Null when there is but one size.
 */
export function marginalUsPerPacket(series: readonly Series[]): number | null {
  if (series.length < 2) return null;
  const points = series.map(({ runs }) => {
    const packets = spread(runs.map((run) => run.packetsPerSecond)).median;
    return { packets, cpu: packets * spread(runs.map((run) => run.cpuUsPerPacket)).median };
  });
  const mean = (pick: (point: { packets: number; cpu: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [packets, cpu] = [mean((point) => point.packets), mean((point) => point.cpu)];
  const covariance = mean((point) => (point.packets - packets) * (point.cpu - cpu));
  return covariance / mean((point) => (point.packets - packets) ** 2);
}
