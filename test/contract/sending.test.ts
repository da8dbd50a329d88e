import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRtcp, pictureLoss, readRtp, type RtpPacket } from '../../bench/load/rtp.ts';
import { isKeyFrame, readPiece } from '../../bench/load/vp8-payload.ts';
import type { Endpoint, MediaEngine } from '../../src/server/media/media-engine.ts';
import { BarePage } from './support/bare-page.ts';
import { startEngine } from './support/engine.ts';

const SENDER_REPORT = 200;
const NTP_OF_UNIX_EPOCH = 2_208_988_800;
const PAGE_SSRC = 1;

let engine: MediaEngine;
let endpoint: Endpoint;
let page: BarePage;
let offer: string;
let videoSsrc: number;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  endpoint = await (await engine.createRoom('room')).createEndpoint();
  ({ page, offer } = await BarePage.join(endpoint));
  videoSsrc = Number(/m=video[^]*?a=ssrc:(\d+)/.exec(offer)?.[1]);
});
afterEach(async () => {
  page.close();
  await endpoint.close();
});

/** A generic NACK (RFC 4585, section 6.2.1) for these packets, each with the 16 behind it if `withNext`. */
function nack(sequences: readonly number[], withNext = false): Buffer {
  const packet = Buffer.alloc(12 + 4 * sequences.length);
  packet.writeUInt16BE(0x81cd, 0);
  packet.writeUInt16BE(2 + sequences.length, 2);
  packet.writeUInt32BE(PAGE_SSRC, 4);
  packet.writeUInt32BE(videoSsrc, 8);
  for (const [index, sequence] of sequences.entries()) {
    packet.writeUInt16BE(sequence, 12 + 4 * index);
    packet.writeUInt16BE(withNext ? 0xffff : 0, 14 + 4 * index);
  }
  return packet;
}

/** The header of a datagram of the video stream, encrypted or not. */
function videoOf(datagram: Buffer): RtpPacket | undefined {
  const packet = readRtp(datagram);
  return packet?.ssrc === videoSsrc ? packet : undefined;
}

const nextVideo = (sequence?: number) =>
  page.next('packet', (bytes) => {
    const packet = videoOf(bytes);
    return sequence === undefined || packet?.sequence === sequence ? packet : undefined;
  });

describe('what is lost on the way', () => {
  it('is sent again when the page asks for it, the very same packet', async () => {
    await nextVideo();
    let lost: Buffer | undefined;
    page.loses = (datagram) => {
      const loses = lost === undefined && videoOf(datagram) !== undefined;
      if (loses) lost = datagram;
      return loses;
    };
    const { sequence } = await page.next('datagram', videoOf);
    await nextVideo();
    const again = page.next('datagram', (datagram) =>
      videoOf(datagram)?.sequence === sequence ? datagram : undefined,
    );
    const received = nextVideo(sequence);
    page.send(nack([sequence]));
    expect(await again).toEqual(lost);
    expect((await received).sequence).toBe(sequence);
  });

  it('is not sent again more often than packets were sent, however often the page asks', async () => {
    const counts = new Map<number, number>();
    page.events.on('datagram', (datagram) => {
      const packet = videoOf(datagram);
      if (packet) counts.set(packet.sequence, (counts.get(packet.sequence) ?? 0) + 1);
    });
    const { sequence } = await nextVideo();
    await nextVideo();
    for (let i = 0; i < 30; i++) page.send(nack(Array(20).fill(sequence) as number[], true));
    // RTCP is handled in order: the key frame comes after all that was asked for before.
    page.send(pictureLoss(PAGE_SSRC, videoSsrc));
    await nextKeyFrame();
    const again = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
    expect(counts.get(sequence)).toBeGreaterThan(1);
    expect(again).toBeLessThanOrEqual(counts.size + 20); // and the few that were sent before the counting began
  });

  it('is passed over when it was never sent, or is of another stream', async () => {
    const { sequence } = await nextVideo();
    page.send(nack([(sequence + 30_000) % 65_536]));
    const foreign = nack([sequence]);
    foreign.writeUInt32BE(4711, 8);
    page.send(foreign);
    page.send(Buffer.from([0x81, 0xcd, 0xff, 0xff, 0, 0, 0, 0]));
    await nextVideo();
  });
});

const nextKeyFrame = () =>
  page.next('packet', (bytes) => {
    const piece = videoOf(bytes) && readPiece(readRtp(bytes)!.payload);
    return piece?.start && isKeyFrame(piece.data) ? piece : undefined;
  });

describe('the page', () => {
  it('gets a key frame when it asks for one', async () => {
    await nextVideo();
    await nextVideo();
    const keyFrame = nextKeyFrame();
    page.send(pictureLoss(PAGE_SSRC, videoSsrc));
    expect((await keyFrame).start).toBe(true);
  });

  it('gets sender reports that say whose stream it is and when its pictures were', async () => {
    const report = await page.next('packet', (bytes) =>
      isRtcp(bytes) && bytes[1] === SENDER_REPORT && bytes.readUInt32BE(4) === videoSsrc ? bytes : undefined,
    );
    const { timestamp } = await nextVideo();
    const ntpSeconds = report.readUInt32BE(8) - NTP_OF_UNIX_EPOCH;
    expect(Math.abs(ntpSeconds - Date.now() / 1000)).toBeLessThan(5);
    const elapsed = (timestamp - report.readUInt32BE(16)) | 0;
    expect(Math.abs(elapsed)).toBeLessThan(90_000 * 5);
    expect(report.readUInt32BE(20)).toBeGreaterThan(0);
    const cname = /^a=ssrc:\d+ cname:(.*?)\r?$/m.exec(offer)?.[1] ?? '';
    expect(report.subarray(38, 38 + (report[37] ?? 0)).toString()).toBe(cname);
  });

  it('gets packets no larger than a browser’s, with picture ids that follow one another', async () => {
    const ids = new Set<number | null>();
    let bytes = 0;
    while (ids.size < 10) {
      const { payload } = await nextVideo();
      bytes = Math.max(bytes, payload.length);
      ids.add(readPiece(payload)!.pictureId);
    }
    const [first = 0, ...rest] = [...ids].map(Number);
    expect(rest).toEqual(rest.map((_, index) => (first + index + 1) % 0x8000));
    expect(bytes).toBeLessThanOrEqual(1184);
  });
});
