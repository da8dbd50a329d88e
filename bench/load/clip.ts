import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { isKeyFrame } from './vp8-payload.ts';

/** What a clip looks like. */
export interface ClipFormat {
  width: number;
  height: number;
  bitrateBps: number;
  /** The colour that a page can tell it by, 0xRRGGBB: it lies over the pattern, which is as much work to encode. None by default. */
  colour?: number;
}

/** What the people of the benches send. */
export const CLIPS = {
  '720p': { width: 1280, height: 720, bitrateBps: 1_500_000 },
  '360p': { width: 640, height: 360, bitrateBps: 500_000 },
} as const satisfies Record<string, ClipFormat>;

/** A colour of three parts from 0 to 255 as a number, 0xRRGGBB. */
export function rgbOf([red, green, blue]: readonly [number, number, number]): number {
  return (red << 16) + (green << 8) + blue;
}

/** Frames in a second. */
export const FRAME_RATE = 30;
const KEY_FRAME_DISTANCE = 90;
const FRAMES = 3 * KEY_FRAME_DISTANCE;

/** Encoded VP8 frames that begin with a key frame and can be repeated for ever. */
export class Clip {
  readonly frames: readonly Buffer[];
  readonly #indices: Map<number, number>;

  constructor(frames: readonly Buffer[]) {
    if (frames[0] === undefined || !isKeyFrame(frames[0])) throw new Error('a clip begins with a key frame');
    this.frames = frames;
    this.#indices = new Map(frames.map((frame, index) => [fingerprint(frame), index]));
  }

  /** The clip that `prepareClip` has left in a folder. */
  static async read(folder: string): Promise<Clip> {
    const names = (await readdir(folder)).toSorted();
    return new Clip(await Promise.all(names.map((name) => readFile(join(folder, name)))));
  }

  /** Which frame of the clip this is, byte by byte; null when it is none. */
  indexOf(frame: Buffer): number | null {
    return this.#indices.get(fingerprint(frame)) ?? null;
  }

  /** The index of the first key frame behind `index`. */
  keyFrameAfter(index: number): number {
    const next = this.frames.findIndex((frame, other) => other > index && isKeyFrame(frame));
    return Math.max(0, next);
  }
}

function fingerprint(frame: Buffer): number {
  return frame.length * 2 ** 32 + crc32(frame);
}

/** Encodes a moving picture with GStreamer, unless that was done before; answers the folder that holds it, a file per frame. */
export async function prepareClip(cache: string, format: ClipFormat): Promise<string> {
  const { width, height, bitrateBps, colour } = format;
  const name = `${width}x${height}-${bitrateBps}-${FRAMES}`;
  const folder = join(cache, colour === undefined ? name : `${name}-${colour.toString(16)}`);
  if ((await readdir(folder).catch(() => [])).length === FRAMES) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  await encode(unfinished, format);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return folder;
}

/** How much of the pattern is seen through a colour. */
const PATTERN_SHARE = 0.1;

async function encode(folder: string, { width, height, bitrateBps, colour }: ClipFormat): Promise<void> {
  const caps = `video/x-raw,format=I420,width=${width},height=${height},framerate=${FRAME_RATE}/1`;
  const pattern = `videotestsrc num-buffers=${FRAMES} pattern=zone-plate kx2=8 ky2=6 kt=6 ! ${caps}`;
  const plain = `videotestsrc num-buffers=${FRAMES} pattern=solid-color foreground-color=${0xff000000 + (colour ?? 0)} ! ${caps}`;
  const mixed = `compositor name=mix sink_1::alpha=${PATTERN_SHARE} ! ${caps}`;
  const pipeline =
    (colour === undefined ? pattern : `${plain} ! mix.sink_0 ${pattern} ! mix.sink_1 ${mixed}`) +
    ` ! vp8enc deadline=1 cpu-used=8 end-usage=cbr target-bitrate=${bitrateBps} undershoot=100 overshoot=15` +
    ' buffer-size=600 buffer-optimal-size=300 buffer-initial-size=300 dropframe-threshold=0 min-quantizer=2 max-quantizer=63' +
    ` keyframe-max-dist=${KEY_FRAME_DISTANCE}` +
    ` ! multifilesink location=${folder}/%05d.vp8`;
  await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
  const made = (await readdir(folder)).length;
  if (made !== FRAMES) throw new Error(`the encoder made ${made} frames instead of ${FRAMES}`);
}
