import { percentile } from '../figures.ts';
import type { ClockReadings } from '../pages/clock-reader.ts';
import type { RtpStream } from '../pages/rtp-streams.ts';
import { growth } from './stream-growth.ts';

/** A frame in this many may be damaged; more, and the clock cannot be trusted. */
const LEAST_READABLE = 0.98;
/** What is painted may be looked at too late when the machine is busy. */
const LEAST_READ = 0.5;

/** What one call tells of the delay. */
export interface DelayRun {
  /** From camera to screen, in ms, one per frame that was read. */
  delaysMs: number[];
  painted: number;
  unreadable: number;
  longestGapMs: number;
  freezes: number;
  freezeSeconds: number;
  /** What the receiver's jitter buffer holds each frame back, in ms. */
  jitterBufferMs: number;
  /** What the camera's page sent of video, in bit/s. */
  sentBps: number;
  encoded: number;
  decoded: number;
}

/** Makes the figures of a call out of what its two pages say. Throws when the clock did not arrive as it was sent. */
export function delayRun(parts: {
  readings: ClockReadings;
  /** The streams of the camera's page and of the screen's page. */
  before: readonly RtpStream[][];
  after: readonly RtpStream[][];
  size: string;
  seconds: number;
}): DelayRun {
  const { readings, before, after, size, seconds } = parts;
  const { delaysMs, painted, unreadable, longestGapMs, sizes } = readings;
  const read = delaysMs.length;
  if (read < LEAST_READABLE * (read + unreadable) || read < LEAST_READ * painted || read === 0)
    throw new Error(`of ${painted} painted frames ${read} could be read and ${unreadable} were damaged`);
  if (sizes.join() !== size) throw new Error(`the picture should be ${size}, but was ${sizes.join(', ')}`);
  const videos = [before, after].map((pages) => pages.map((page) => page.filter(({ kind }) => kind === 'video')));
  const [cameraBefore = [], screenBefore = []] = videos[0] ?? [];
  const [cameraAfter = [], screenAfter = []] = videos[1] ?? [];
  const sent = growth(cameraBefore, cameraAfter, 'outbound');
  const received = growth(screenBefore, screenAfter, 'inbound');
  return {
    delaysMs,
    painted,
    unreadable,
    longestGapMs,
    freezes: received.freezes,
    freezeSeconds: received.freezeSeconds,
    jitterBufferMs: (received.jitterBufferSeconds * 1000) / received.jitterBufferFrames,
    sentBps: (sent.bytes * 8) / seconds,
    encoded: sent.frames,
    decoded: received.frames,
  };
}

/** A row of the table for some calls: percentiles over all frames, medians of the calls, and sums. */
export function delayRow(runs: readonly DelayRun[]): Record<string, number> {
  const delays = runs.flatMap(({ delaysMs }) => delaysMs);
  const median = (field: 'jitterBufferMs' | 'sentBps') =>
    percentile(
      runs.map((run) => run[field]),
      0.5,
    );
  const sum = (field: 'encoded' | 'decoded' | 'painted' | 'unreadable' | 'freezes' | 'freezeSeconds') =>
    runs.reduce((all, run) => all + run[field], 0);
  return {
    'p50 ms': Math.round(percentile(delays, 0.5)),
    'p95 ms': Math.round(percentile(delays, 0.95)),
    'p99 ms': Math.round(percentile(delays, 0.99)),
    'jitter buffer ms': Math.round(median('jitterBufferMs')),
    'sent kbit/s': Math.round(median('sentBps') / 1000),
    encoded: sum('encoded'),
    decoded: sum('decoded'),
    painted: sum('painted'),
    read: delays.length,
    damaged: sum('unreadable'),
    freezes: sum('freezes'),
    'freezes s': Math.round(sum('freezeSeconds') * 100) / 100,
    'longest gap ms': Math.round(Math.max(...runs.map(({ longestGapMs }) => longestGapMs))),
  };
}
