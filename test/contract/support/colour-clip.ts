import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Clip } from '../../../bench/load/clip.ts';
import type { Rgb } from './picture.ts';

const FRAMES = 10;
const CACHE = join(import.meta.dirname, '../../../.cache/clips');

/** A clip of a third of a second of one colour, as a camera of this size sends it. */
export async function colourClip(colour: Rgb, { width = 320, height = 180 } = {}): Promise<Clip> {
  const argb = `0xff${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  const folder = join(CACHE, `${argb}-${width}x${height}-${FRAMES}`);
  if ((await readdir(folder).catch(() => [])).length !== FRAMES) {
    await mkdir(dirname(folder), { recursive: true });
    const unfinished = await mkdtemp(`${folder}-`);
    const pipeline =
      `videotestsrc num-buffers=${FRAMES} pattern=solid-color foreground-color=${argb}` +
      ` ! video/x-raw,format=I420,width=${width},height=${height},framerate=30/1` +
      ` ! vp8enc deadline=1 cpu-used=8 target-bitrate=200000 ! multifilesink location=${unfinished}/%05d.vp8`;
    await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  }
  const names = (await readdir(folder)).toSorted();
  return new Clip(await Promise.all(names.map((name) => readFile(join(folder, name)))));
}

/** Clips one after the other. */
export function inTurn(...clips: Clip[]): Clip {
  return new Clip(clips.flatMap(({ frames }) => frames));
}
