import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Clip, FRAME_RATE, prepareClip } from '../../../bench/load/clip.ts';
import { readStamp, stampFrame } from '../../../bench/load/stamp.ts';

const FORMAT = { width: 64, height: 48, bitrateBps: 50_000 };
let folder: string;
let prepared: string;
let clip: Clip;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clip-'));
  prepared = await prepareClip(folder, FORMAT);
  clip = await Clip.read(prepared);
}, 30_000);
afterAll(() => rm(folder, { recursive: true }));

/** The pictures that a decoder makes of frames, one after another. */
async function decode(frames: readonly Buffer[]): Promise<Buffer> {
  const place = await mkdtemp(join(folder, 'decode-'));
  await mkdir(join(place, 'frames'));
  for (const [index, frame] of frames.entries())
    await writeFile(join(place, 'frames', `${String(index).padStart(5, '0')}.vp8`), frame);
  const pictures = join(place, 'pictures');
  const pipeline =
    `multifilesrc location=${place}/frames/%05d.vp8 caps=video/x-vp8,framerate=${FRAME_RATE}/1` +
    ` ! vp8dec ! video/x-raw,width=${FORMAT.width},height=${FORMAT.height} ! filesink location=${pictures}`;
  await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
  return readFile(pictures);
}

it('has nine seconds with a key frame every three', () => {
  expect(clip.frames).toHaveLength(270);
  expect(clip.keyFrameAfter(-1)).toBe(0);
  expect(clip.keyFrameAfter(0)).toBe(90);
  expect(clip.keyFrameAfter(90)).toBe(180);
  expect(clip.keyFrameAfter(180)).toBe(0);
});

it('is not made again when it is there', async () => {
  await expect(prepareClip(folder, FORMAT)).resolves.toBe(prepared);
});

it('knows each of its frames, and no others', () => {
  expect(clip.frames.map((frame) => clip.indexOf(frame))).toEqual(clip.frames.map((_, index) => index));
  expect(clip.indexOf(Buffer.from('a picture'))).toBeNull();
});

it('looks the same to a decoder with stamps and without', async () => {
  const frames = clip.frames.slice(0, 100);
  const stamped = frames.map((frame, number) => stampFrame(frame, { source: 3, number, sentUs: 123_456_789_012 }));
  const [plain, other] = [await decode(frames), await decode(stamped)];
  expect(plain).toHaveLength(100 * FORMAT.width * FORMAT.height * 1.5);
  expect(other.equals(plain)).toBe(true);
}, 30_000);

it('gives back a frame and its stamp', () => {
  const stamp = { source: 3, number: 99, sentUs: 123_456_789_012 };
  const frame = Buffer.from('a picture');
  expect(readStamp(stampFrame(frame, stamp))).toEqual({ frame, stamp });
  expect(readStamp(frame)).toBeNull();
});

it('must begin with a key frame', () => {
  expect(() => new Clip([Buffer.from([1])])).toThrow('begins with a key frame');
  expect(() => new Clip([])).toThrow('begins with a key frame');
});

it('says so when the encoder cannot make it', async () => {
  await expect(prepareClip(folder, { ...FORMAT, width: 0 })).rejects.toThrow();
});
