import { expect, it } from 'vitest';
import type { GstBinding } from '../../../src/worker/gst/binding.ts';
import { SlatePicture, SlateTone } from '../../../src/worker/slate.ts';

/** A GStreamer whose pipelines never get into any state. */
function brokenGst(): GstBinding {
  const pad = { countBuffers: () => ({}), release: () => undefined };
  const appsink = { staticPad: () => pad, release: () => undefined };
  const pipeline = {
    onMessage: () => undefined,
    byName: () => appsink,
    setState: () => Promise.reject(new Error('the state change failed')),
    release: () => undefined,
  };
  return { createPipeline: () => pipeline, Relay: Object } as unknown as GstBinding;
}

it('a slate that cannot start says so, and ends nothing else', async () => {
  const problem = new Promise<string>((resolve) => {
    new SlatePicture(brokenGst(), 'vp8', resolve).stream.addViewer();
  });
  expect(await problem).toBe('slate-vp8: the state change failed');
});

it('a slate’s tone that cannot start says so, and ends nothing else', async () => {
  const problem = new Promise<string>((resolve) => {
    new SlateTone(brokenGst(), resolve).run(true);
  });
  expect(await problem).toBe('slate-tone: the state change failed');
});

it('a slate that cannot be prepared keeps its worker from starting', async () => {
  await expect(new SlatePicture(brokenGst(), 'vp8', () => undefined).warmUp()).rejects.toThrow(
    'the state change failed',
  );
});
