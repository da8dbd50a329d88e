import { setTimeout as pause } from 'node:timers/promises';
import type { Figures } from '../figures.ts';
import type { Call } from './call.ts';
import { rounded, spread } from './compare.ts';
import { Crowd } from './crowd.ts';
import type { MeasureOptions } from './measure-call.ts';
import { cpuUsIn, watch } from './window.ts';

/** One measurement of a grid. CPU is that of the server's processes alone. */
export interface GridFigures {
  cpuUsPerSecond: number;
  /** Of the composed picture, at the one who got fewest. */
  picturesPerSecond: number;
  /** Of one person's copy of the composed picture. */
  bitrateBps: number;
  lostPackets: number;
  brokenFrames: number;
  /** Frames that the senders left out because the machine had no time for them. */
  skippedFrames: number;
  /** How much of the whole machine nobody used, in percent. */
  machineIdlePercent: number;
}

/** Lets the bots in and measures for a while; throws when somebody sees no grid. */
export async function measureGrid(call: Call, options: MeasureOptions): Promise<GridFigures> {
  const crowd = await Crowd.start(call, options);
  try {
    await crowd.enter(call.phases);
    await pause(options.warmUpMs);
    const window = await watch(call.pids, crowd, options.measureMs);
    const perSecond = 1000 / window.elapsedMs;
    const books = Object.entries(window.books);
    // Whatever is no frame of the clip is the server's own picture.
    const pictures = books.map(([, { streams }]) => streams.reduce((all, { foreignFrames }) => all + foreignFrames, 0));
    for (const [index, [name]] of books.entries()) if (pictures[index] === 0) throw new Error(`${name} sees no grid`);
    const streams = books.flatMap(([, book]) => book.streams);
    const sum = (field: 'bytes' | 'lostPackets' | 'brokenFrames') =>
      streams.reduce((all, stream) => all + stream[field], 0);
    return {
      cpuUsPerSecond: cpuUsIn(window) * perSecond,
      picturesPerSecond: Math.min(...pictures) * perSecond,
      bitrateBps: (sum('bytes') * 8 * perSecond) / call.people,
      lostPackets: sum('lostPackets'),
      brokenFrames: sum('brokenFrames'),
      skippedFrames: books.reduce((all, [, { sent }]) => all + (sent?.skippedFrames ?? 0), 0),
      machineIdlePercent: window.machineIdle * 100,
    };
  } finally {
    await crowd.close();
  }
}

/** The row of the table for several runs of the same call. */
export function gridRow(runs: readonly GridFigures[]): Figures[string] {
  const of = (field: keyof GridFigures) => spread(runs.map((run) => run[field]));
  const cores = spread(runs.map(({ cpuUsPerSecond }) => cpuUsPerSecond / 1e6));
  return rounded({
    'CPU cores': cores.median,
    'least cores': cores.min,
    'most cores': cores.max,
    'pictures/s': of('picturesPerSecond').median,
    'kbit/s': of('bitrateBps').median / 1000,
    'packets lost': of('lostPackets').max,
    'frames broken': of('brokenFrames').max,
    'frames left out by senders': of('skippedFrames').max,
    'machine idle %': of('machineIdlePercent').median,
  });
}
