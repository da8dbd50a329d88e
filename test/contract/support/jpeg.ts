import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Picture } from './picture.ts';

/** The width and the height of a JPEG, by its start-of-frame marker (ITU-T T.81, section B.2.2). */
export function sizeOfJpeg(jpeg: Buffer): [width: number, height: number] {
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg.readUInt16BE(at);
    if (marker === 0xffc0) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
  }
  throw new Error('it is no JPEG');
}

/** What GStreamer makes of a JPEG. */
export async function decodeJpeg(jpeg: Buffer): Promise<Picture> {
  const [width, height] = sizeOfJpeg(jpeg);
  const folder = await mkdtemp(join(tmpdir(), 'jpeg-'));
  try {
    const [input, output] = [join(folder, 'in.jpg'), join(folder, 'out.rgb')];
    await writeFile(input, jpeg);
    const pipeline = `filesrc location=${input} ! jpegdec ! videoconvert ! video/x-raw,format=RGB ! filesink location=${output}`;
    await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
    return new Picture(width, height, await readFile(output));
  } finally {
    await rm(folder, { recursive: true });
  }
}
