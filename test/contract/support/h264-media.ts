import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type RtpPacket, writeRtp } from '../../../bench/load/rtp.ts';
import { depacketize, UNIT } from '../../unit/native/h264-units.ts';
import type { BarePage } from './bare-page.ts';

const run = promisify(execFile);
/** The stream that a page sends. */
export const SOURCE = { ssrc: 4_711, cname: 'publisher' };
/** The size of its pictures. */
export const WIDTH = 320;
/** The size of its pictures. */
export const HEIGHT = 192;

/** The type of a NAL unit. */
export const typeOf = (unit: Buffer | undefined) => (unit?.[0] ?? 0) & 0x1f;
/** Whether the NAL units are a key frame's. */
export const isKey = (units: readonly Buffer[]) => units.some((unit) => typeOf(unit) === UNIT.idr);

/** Whether a NAL unit is a parameter set. */
export function isParameterSet(unit: Buffer): boolean {
  return typeOf(unit) === UNIT.sequenceSet || typeOf(unit) === UNIT.pictureSet;
}

async function gstreamer(pipeline: string): Promise<void> {
  await run('gst-launch-1.0', ['-q', ...pipeline.split(' ')], { timeout: 20_000 });
}

/** A red picture with a moving ball, each access unit as its NAL units; the first one is a key frame, and so is every tenth. */
export async function makeFilm(folder: string): Promise<Buffer[][]> {
  const file = join(folder, 'film.h264');
  await gstreamer(
    `videotestsrc num-buffers=60 pattern=ball background-color=0xffdd1919 ! video/x-raw,width=${WIDTH},height=${HEIGHT},framerate=30/1` +
      ` ! openh264enc gop-size=10 bitrate=2000000 multi-thread=1 ! video/x-h264,profile=constrained-baseline ! filesink location=${file}`,
  );
  const units = (await readFile(file)).toString('latin1').split('\0\0\0\u0001').slice(1);
  const pictures: Buffer[][] = [[]];
  for (const unit of units.map((text) => Buffer.from(text, 'latin1'))) {
    pictures.at(-1)?.push(unit);
    if (!isParameterSet(unit)) pictures.push([]);
  }
  return pictures.slice(0, -1);
}

/** The pictures in packets: their NAL units. */
export function picturesIn(packets: readonly RtpPacket[]): Buffer[][] {
  const pictures: Buffer[][] = [];
  let begin = 0;
  for (const [index, { marker }] of packets.entries()) {
    if (!marker) continue;
    pictures.push(depacketize(packets.slice(begin, index + 1).map(({ payload }) => payload)));
    begin = index + 1;
  }
  return pictures;
}

/** What GStreamer's depayloader and decoder make of the packets: the pictures as I420. */
export async function decode(
  folder: string,
  packets: readonly RtpPacket[],
  width: number,
  height: number,
): Promise<Buffer[]> {
  const [input, output] = [join(folder, 'packets'), join(folder, 'pictures')];
  const framed = packets.flatMap((packet) => {
    const bytes = writeRtp(packet);
    return [Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]; // RFC 4571
  });
  await writeFile(input, Buffer.concat(framed));
  await gstreamer(
    `filesrc location=${input} ! application/x-rtp-stream,media=video,encoding-name=H264,clock-rate=90000,payload=96` +
      ` ! rtpstreamdepay ! rtph264depay ! h264parse ! openh264dec ! video/x-raw,format=I420,width=${width},height=${height} ! filesink location=${output}`,
  );
  const pictures = await readFile(output);
  const size = (width * height * 3) / 2;
  expect(pictures.length % size).toBe(0);
  return Array.from({ length: pictures.length / size }, (_, index) =>
    pictures.subarray(index * size, (index + 1) * size),
  );
}

/** Sends NAL units as a page does: those that are too large for a packet in parts. */
export class Publisher {
  #sequence = 100;
  #timestamp = 0;
  readonly #page: BarePage;

  constructor(page: BarePage) {
    this.#page = page;
  }

  send(units: readonly Buffer[]): void {
    this.sendPayloads(units.flatMap(payloadsOf));
  }

  sendPayloads(payloads: readonly Buffer[]): void {
    this.#timestamp += 3_000;
    for (const [index, payload] of payloads.entries()) {
      const marker = index === payloads.length - 1;
      const [sequence, timestamp] = [this.#sequence++ & 0xffff, this.#timestamp];
      this.#page.send(writeRtp({ marker, payloadType: 96, sequence, timestamp, ssrc: SOURCE.ssrc, payload }));
    }
  }
}

function payloadsOf(unit: Buffer): Buffer[] {
  if (unit.length <= 1_000) return [unit];
  const [head = 0] = unit;
  const count = Math.ceil((unit.length - 1) / 1_000);
  return Array.from({ length: count }, (_, index) => {
    const flags = (index === 0 ? 0x80 : 0) | (index === count - 1 ? 0x40 : 0);
    return Buffer.concat([
      Buffer.from([(head & 0xe0) | 28, flags | (head & 0x1f)]),
      unit.subarray(1 + index * 1_000, 1 + (index + 1) * 1_000),
    ]);
  });
}
