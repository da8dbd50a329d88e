// Runs inside pages, before any script of the page; it is sent there as text and uses nothing from modules but types.
import type { Probe } from '../../test/e2e/support/probe.ts';
import type { ClockCode } from './clock-code.ts';

/** What the clock's picture looks like. */
export interface ClockCameraOptions {
  width: number;
  height: number;
  frameRate: number;
}

/** Chromium's way to make a track of single frames (https://w3c.github.io/mediacapture-transform). */
interface TrackGenerator extends MediaStreamTrack {
  writable: WritableStream<VideoFrame>;
}

interface ClockWindow {
  probe: Probe;
  clockCode: ClockCode;
  MediaStreamTrackGenerator: new (init: { kind: 'video' }) => TrackGenerator;
}

/** Replaces the picture of the page's camera: above, the time at which it is painted; below, a pattern that drifts, so that the encoder has work. */
export function installClockCamera({ width, height, frameRate }: ClockCameraOptions): void {
  const { probe, clockCode, MediaStreamTrackGenerator } = globalThis as unknown as ClockWindow;
  const devices = navigator.mediaDevices as MediaDevices | undefined; // undefined on an insecure origin
  const capture = devices?.getUserMedia.bind(devices);
  const cell = width / clockCode.columns;
  const clockHeight = cell * clockCode.rows;

  const contextOf = (w: number, h: number): OffscreenCanvasRenderingContext2D => {
    const context = new OffscreenCanvas(w, h).getContext('2d');
    if (!context) throw new Error('The page has no 2d canvas');
    return context;
  };
  const makePattern = (): OffscreenCanvas => {
    const grain = 8;
    const context = contextOf(2 * width, 2 * height);
    for (let x = 0; x < 2 * width; x += grain)
      for (let y = 0; y < 2 * height; y += grain) {
        const level = String(96 + Math.floor(Math.random() * 64));
        context.fillStyle = `rgb(${level} ${level} ${level})`;
        context.fillRect(x, y, grain, grain);
      }
    return context.canvas;
  };

  const startClock = (): MediaStreamTrack => {
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const writer = track.writable.getWriter();
    const pattern = makePattern();
    const context = contextOf(width, height);
    let painted = 0;
    const paint = (): void => {
      if (track.readyState === 'ended') {
        clearInterval(timer);
        return;
      }
      const drift = (painted++ * 3) % (height - clockHeight);
      context.drawImage(pattern, -drift, -drift);
      context.fillStyle = 'black';
      context.fillRect(0, 0, width, clockHeight);
      context.fillStyle = 'white';
      for (const [index, white] of clockCode.write(probe.now()).entries())
        if (white)
          context.fillRect(
            (index % clockCode.columns) * cell,
            Math.floor(index / clockCode.columns) * cell,
            cell,
            cell,
          );
      const frame = new VideoFrame(context.canvas, { timestamp: performance.now() * 1000 });
      writer.write(frame).catch(() => {
        frame.close(); // the track has ended meanwhile
      });
    };
    const timer = setInterval(paint, 1000 / frameRate);
    return track;
  };

  if (devices && capture)
    devices.getUserMedia = async (constraints) => {
      const stream = await capture({ audio: constraints?.audio ?? false });
      stream.addTrack(startClock());
      return stream;
    };
}
