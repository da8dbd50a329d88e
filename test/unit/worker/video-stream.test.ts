import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GstBinding, GstElement } from '../../../src/worker/gst/binding.ts';
import { VideoStream } from '../../../src/worker/video-stream.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A stream that counts its key frames by `frames`; the times of its requests, in ms. */
function scene() {
  const frames = { keyFrames: 0 };
  const asked: number[] = [];
  const start = performance.now();
  const pad = { countBuffers: () => ({ read: () => ({ ...frames }) }), release: () => undefined };
  const appsink = { staticPad: () => pad } as unknown as GstElement;
  class Relay {
    close = () => undefined;
  }
  const stream = new VideoStream({ Relay } as unknown as GstBinding, appsink, {
    askForKeyFrame: () => {
      asked.push(performance.now() - start);
    },
  });
  return { stream, frames, asked };
}

it('viewers who have lost something get a key frame at once, and one a second at most together', () => {
  const { stream, asked } = scene();
  for (let i = 0; i < 50; i++) {
    stream.requestKeyFrame('repair');
    vi.advanceTimersByTime(100);
  }
  expect(asked).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
});

it('a request is answered by the key frame that comes meanwhile', () => {
  const { stream, frames, asked } = scene();
  stream.requestKeyFrame('repair');
  stream.requestKeyFrame('repair');
  frames.keyFrames++;
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([0]);
});

it('who changes to a stream waits for 300 ms only, also behind those who have lost something', () => {
  const { stream, asked } = scene();
  stream.requestKeyFrame('repair');
  vi.advanceTimersByTime(100);
  stream.requestKeyFrame('repair');
  stream.requestKeyFrame('switch');
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([0, 300]);
  stream.close();
  stream.requestKeyFrame('switch');
  expect(asked).toHaveLength(2);
});
