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
}

/** What the people of the benches send. */
export const CLIPS = {
  '720p': { width: 1280, height: 720, bitrateBps: 1_500_000 },
  '360p': { width: 640, height: 360, bitrateBps: 500_000 },
} as const satisfies Record<string, ClipFormat>;

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
export async function prepareClip(cache: string, { width, height, bitrateBps }: ClipFormat): Promise<string> {
  const folder = join(cache, `${width}x${height}-${bitrateBps}-${FRAMES}`);
  if ((await readdir(folder).catch(() => [])).length === FRAMES) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  await encode(unfinished, { width, height, bitrateBps });
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return folder;
}

async function encode(folder: string, { width, height, bitrateBps }: ClipFormat): Promise<void> {
  const pipeline =
    `videotestsrc num-buffers=${FRAMES} pattern=zone-plate kx2=8 ky2=6 kt=6` +
    ` ! video/x-raw,format=I420,width=${width},height=${height},framerate=${FRAME_RATE}/1` +
    ` ! vp8enc deadline=1 cpu-used=8 end-usage=cbr target-bitrate=${bitrateBps} undershoot=100 overshoot=15` +
    ' buffer-size=600 buffer-optimal-size=300 buffer-initial-size=300 dropframe-threshold=0 min-quantizer=2 max-quantizer=63' +
    ` keyframe-max-dist=${KEY_FRAME_DISTANCE}` +
    ` ! multifilesink location=${folder}/%05d.vp8`;
  await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
  const made = (await readdir(folder)).length;
  if (made !== FRAMES) throw new Error(`the encoder made ${made} frames instead of ${FRAMES}`);
}
