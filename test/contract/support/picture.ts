import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Area } from '../../../src/worker/grid-layout.ts';

const IVF_HEADER_BYTES = 32;
const IVF_FRAME_HEADER_BYTES = 12;

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
    const first = frames[0];
    if (!first) throw new Error('there is nothing to be decoded');
    const [width, height] = [first.readUInt16LE(6) & 0x3fff, first.readUInt16LE(8) & 0x3fff];
    const folder = await mkdtemp(join(tmpdir(), 'picture-'));
    try {
      await writeFile(join(folder, 'in.ivf'), ivf(frames, width, height));
      const pipeline =
        `filesrc location=${folder}/in.ivf ! ivfparse ! vp8dec ! videoconvert ! video/x-raw,format=RGB` +
        ` ! multifilesink location=${folder}/out-%05d.rgb max-files=1`;
      await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
      const last = (await readdir(folder)).find((name) => name.startsWith('out-')) ?? 'nothing';
      return new Picture(width, height, await readFile(join(folder, last)));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** Red, green and blue of one pixel. */
  at(x: number, y: number): [number, number, number] {
    const start = (Math.round(y) * this.width + Math.round(x)) * 3;
    return [this.#rgb[start] ?? -1, this.#rgb[start + 1] ?? -1, this.#rgb[start + 2] ?? -1];
  }

  /** A part of it, as bytes. */
  part({ x, y, width, height }: Area): Buffer {
    return Buffer.concat(
      Array.from({ length: height }, (_, row) => {
        const start = ((y + row) * this.width + x) * 3;
        return this.#rgb.subarray(start, start + width * 3);
      }),
    );
  }

  /** Writes it as a PNG file. */
  async save(path: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'picture-'));
    try {
      await writeFile(join(folder, 'in.rgb'), this.#rgb);
      const pipeline =
        `filesrc location=${folder}/in.rgb ! rawvideoparse format=rgb width=${this.width} height=${this.height}` +
        ` ! videoconvert ! pngenc ! filesink location=${path}`;
      await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}
