// Runs inside pages, before any script of the page; it is sent there as text and uses nothing from modules but types.
import type { Probe } from '../../test/e2e/support/probe.ts';
import type { ClockCode } from './clock-code.ts';

declare global {
  var clockReader: ClockReader;
}

/** What was read of the clock in somebody else's picture. */
export interface ClockReadings {
  /** From painting in the camera to the hand-over for the screen, in ms, one per frame that could be read. */
  delaysMs: number[];
  /** Frames whose cells were damaged. */
  unreadable: number;
  /** Frames that were painted, also those that the page was too late to look at. */
  painted: number;
  /** The longest time between two painted frames, in ms. */
  longestGapMs: number;
  /** The sizes of the pictures, such as `640x360`. */
  sizes: string[];
}

/** Reads the clock in the one picture of somebody else. */
export interface ClockReader {
  start(): void;
  /** How many frames were read since the start. */
  count(): number;
  stop(): ClockReadings;
}

/** Puts a reader of the clock on the page. */
export function installClockReader(): void {
  const { probe, clockCode } = globalThis as unknown as { probe: Probe; clockCode: ClockCode };
  const { columns, rows } = clockCode;
  const cell = 8;
  const nothing = (): ClockReadings => ({ delaysMs: [], unreadable: 0, painted: 0, longestGapMs: 0, sizes: [] });
  let readings = nothing();
  let reading = false;
  let context: CanvasRenderingContext2D | null = null;

  const levels = (video: HTMLVideoElement): number[] => {
    context ??= Object.assign(document.createElement('canvas'), {
      width: columns * cell,
      height: rows * cell,
    }).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('The page has no 2d canvas');
    const clockHeight = (video.videoWidth / columns) * rows;
    context.drawImage(video, 0, 0, video.videoWidth, clockHeight, 0, 0, columns * cell, rows * cell);
    const pixels = context.getImageData(0, 0, columns * cell, rows * cell).data;
    return Array.from({ length: columns * rows }, (_, index) => {
      const [x, y] = [(index % columns) * cell + cell / 2, Math.floor(index / columns) * cell + cell / 2];
      const green = (dx: number, dy: number) => pixels[((y + dy) * columns * cell + x + dx) * 4 + 1] ?? 0;
      return (green(0, 0) + green(-1, 0) + green(0, -1) + green(-1, -1)) / 4;
    });
  };
  const read = (video: HTMLVideoElement, { presentationTime, width, height }: VideoFrameCallbackMetadata): void => {
    const age = clockCode.age(levels(video), performance.timeOrigin + presentationTime);
    if (age === null) readings.unreadable++;
    else readings.delaysMs.push(age);
    const size = `${String(width)}x${String(height)}`;
    if (!readings.sizes.includes(size)) readings.sizes.push(size);
  };
  const follow = (video: HTMLVideoElement, last?: VideoFrameCallbackMetadata): void => {
    video.requestVideoFrameCallback((_, frame) => {
      if (!reading) return;
      read(video, frame);
      readings.painted += last ? frame.presentedFrames - last.presentedFrames : 1;
      if (last) readings.longestGapMs = Math.max(readings.longestGapMs, frame.presentationTime - last.presentationTime);
      follow(video, frame);
    });
  };

  globalThis.clockReader = {
    start: () => {
      const [video, ...more] = probe.videos();
      if (!video || more.length > 0) throw new Error(`There are ${String(more.length + (video ? 1 : 0))} pictures`);
      readings = nothing();
      reading = true;
      follow(video);
    },
    count: () => readings.delaysMs.length,
    stop: () => {
      reading = false;
      return readings;
    },
  };
}
