import type { Box } from '../../test/e2e/support/probe.ts';
import { percentile } from '../figures.ts';
import type { RtpStream } from '../pages/rtp-streams.ts';
import { growth } from './stream-growth.ts';

/** What is seen of one page at a moment. */
export interface PageSight {
  /** The colour of its camera. */
  name: string;
  atMs: number;
  streams: RtpStream[];
  boxes: Box[];
  cpuUs: number;
}

/** What the pages of a call spent: medians of the pages. */
export interface UploadRun {
  /** Payload and RTP headers of all peer connections, in bit/s. */
  uploadBps: number;
  /** How many times the page encodes and sends its picture. */
  videosSent: number;
  /** CPU of the whole browser in percent of one core. */
  cpuPercent: number;
  /** Frames per second of each picture at each page: the least. */
  leastFrameRate: number;
  /** Pictures that were seen, n · (n − 1). */
  pictures: number;
}

/** Makes the figures of a call out of two looks at its pages. Throws when a page did not see frames of each other one. */
export function uploadRun(before: readonly PageSight[], after: readonly PageSight[]): UploadRun {
  const pages = after.map((page, index) => {
    const start = before[index];
    if (start?.name !== page.name) throw new Error(`${page.name} was not seen before`);
    return onePage(
      start,
      page,
      after.map(({ name }) => name).filter((name) => name !== page.name),
    );
  });
  const median = (field: 'uploadBps' | 'videosSent' | 'cpuPercent') =>
    percentile(
      pages.map((page) => page[field]),
      0.5,
    );
  const frameRates = pages.flatMap((page) => page.frameRates);
  return {
    uploadBps: median('uploadBps'),
    videosSent: median('videosSent'),
    cpuPercent: median('cpuPercent'),
    leastFrameRate: Math.min(...frameRates),
    pictures: frameRates.length,
  };
}

function onePage(before: PageSight, after: PageSight, others: readonly string[]) {
  const seconds = (after.atMs - before.atMs) / 1000;
  const frameRates = others.map((other) => {
    const frames = after.boxes
      .filter(({ colour }) => colour === other)
      .map(({ id, frames }) => frames - (before.boxes.find((box) => box.id === id)?.frames ?? frames));
    if (frames.length !== 1 || !(Math.max(...frames) > 0))
      throw new Error(`${after.name} has seen ${frames.join(' and ') || 'no'} frames of ${other}`);
    return Math.max(...frames) / seconds;
  });
  const bytesBefore = new Map(before.streams.map(({ id, bytes }) => [id, bytes]));
  const videosSent = after.streams.filter(
    ({ direction, kind, id, bytes }) =>
      direction === 'outbound' && kind === 'video' && bytes > (bytesBefore.get(id) ?? 0),
  );
  return {
    uploadBps: (growth(before.streams, after.streams, 'outbound').bytes * 8) / seconds,
    videosSent: videosSent.length,
    cpuPercent: (after.cpuUs - before.cpuUs) / (seconds * 10_000),
    frameRates,
  };
}

/** A row of the table for some calls of one size: medians, and the spread of the upload. */
export function uploadRow(runs: readonly UploadRun[]): Record<string, number> {
  const at = (field: keyof UploadRun, p: number) =>
    percentile(
      runs.map((run) => run[field]),
      p,
    );
  return {
    'upload kbit/s': Math.round(at('uploadBps', 0.5) / 1000),
    least: Math.round(at('uploadBps', 0) / 1000),
    most: Math.round(at('uploadBps', 1) / 1000),
    'videos sent': at('videosSent', 0.5),
    'browser CPU %': Math.round(at('cpuPercent', 0.5)),
    'pictures seen': at('pictures', 0),
    'least frames/s': Math.round(at('leastFrameRate', 0) * 10) / 10,
    n: runs.length,
  };
}

/** The median of the ratios of calls that stood next to each other. */
export function uploadRatio(
  ours: readonly UploadRun[],
  theirs: readonly UploadRun[],
  field: 'uploadBps' | 'cpuPercent',
): number {
  const pairs = ours.map((run, index) => run[field] / (theirs[index]?.[field] ?? NaN));
  return percentile(pairs, 0.5);
}
