import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Area } from '../../../src/worker/grid-layout.ts';

const IVF_HEADER_BYTES = 32;
const IVF_FRAME_HEADER_BYTES = 12;

/** Red, green and blue, each from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** How far two colours are from each other. */
export function distance(a: Rgb, b: Rgb): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** VP8 frames as an IVF file. */
function ivf(frames: readonly Buffer[], width: number, height: number): Buffer {
  const header = Buffer.alloc(IVF_HEADER_BYTES);
  header.write('DKIF');
  header.writeUInt16LE(IVF_HEADER_BYTES, 6);
  header.write('VP80', 8);
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(30, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(frames.length, 24);
  const pieces = frames.flatMap((frame, index) => {
    const start = Buffer.alloc(IVF_FRAME_HEADER_BYTES);
    start.writeUInt32LE(frame.length, 0);
    start.writeUInt32LE(index, 4);
    return [start, frame];
  });
  return Buffer.concat([header, ...pieces]);
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'picture-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const launch = (pipeline: string) => promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);

/** A decoded picture. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly #rgb: Buffer;

  constructor(width: number, height: number, rgb: Buffer) {
    if (rgb.length !== width * height * 3)
      throw new Error(`${rgb.length} bytes are no picture of ${width} × ${height}`);
    this.width = width;
    this.height = height;
    this.#rgb = rgb;
  }

  /** The last picture of VP8 frames that begin with a key frame. */
  static async decode(frames: readonly Buffer[]): Promise<Picture> {
    const [width, height] = sizeOf(frames);
    const [last] = await decoded(frames, `video/x-raw,format=RGB,width=${width},height=${height}`, 1);
    return new Picture(width, height, last ?? Buffer.alloc(0));
  }

  /** All pictures of VP8 frames that begin with a key frame, made small. */
  static async film(frames: readonly Buffer[], width: number, height: number): Promise<Picture[]> {
    const all = await decoded(frames, `video/x-raw,format=RGB,width=${width},height=${height}`, 0);
    return all.map((rgb) => new Picture(width, height, rgb));
  }

  /** The colour of one pixel. */
  at(x: number, y: number): Rgb {
    const start = (Math.round(y) * this.width + Math.round(x)) * 3;
    return [this.#rgb[start] ?? -1, this.#rgb[start + 1] ?? -1, this.#rgb[start + 2] ?? -1];
  }

  /** The brightness of each pixel of a part of it, 0 to 255, row by row. */
  brightness({ x, y, width, height }: Area): number[] {
    return Array.from({ length: width * height }, (_, index) => {
      const [red, green, blue] = this.at(x + (index % width), y + Math.floor(index / width));
      return (red + green + blue) / 3;
    });
  }

  /** Writes it as a PNG file. */
  async save(path: string): Promise<void> {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'in.rgb'), this.#rgb);
      const format = `rawvideoparse format=rgb width=${this.width} height=${this.height}`;
      await launch(`filesrc location=${folder}/in.rgb ! ${format} ! videoconvert ! pngenc ! filesink location=${path}`);
    });
  }
}

function sizeOf([first]: readonly Buffer[]): [width: number, height: number] {
  if (!first) throw new Error('there is nothing to be decoded');
  return [first.readUInt16LE(6) & 0x3fff, first.readUInt16LE(8) & 0x3fff];
}

/** The last `most` pictures, 0 = all. */
async function decoded(frames: readonly Buffer[], caps: string, most: number): Promise<Buffer[]> {
  return await inFolder(async (folder) => {
    await writeFile(join(folder, 'in.ivf'), ivf(frames, ...sizeOf(frames)));
    // RGB rows are padded to four bytes: the widths that are asked for have no need of it.
    await launch(
      `filesrc location=${folder}/in.ivf ! ivfparse ! vp8dec ! videoscale ! videoconvert ! ${caps}` +
        ` ! multifilesink location=${folder}/out-%05d.rgb max-files=${most}`,
    );
    const names = (await readdir(folder)).filter((name) => name.startsWith('out-')).toSorted();
    return await Promise.all(names.map((name) => readFile(join(folder, name))));
  });
}
