import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type RtpPacket, readRtp, receiverReport, writeRtp } from '../../bench/load/rtp.ts';
import type { EndpointFigures } from '../../src/protocol/media-ipc/figures.ts';
import type { MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { BarePage } from './support/bare-page.ts';
import { colourClip } from './support/colour-clip.ts';
import { startEngine } from './support/engine.ts';
import { Sender } from './support/grid-room.ts';

const PAGE_SSRC = 1;
const SOURCE = { ssrc: 4_711, cname: 'publisher' };

let engine: MediaEngine;
let room: MediaRoom;
beforeAll(async () => {
  engine = await startEngine();
  room = await engine.createRoom('room');
});
afterAll(() => engine.close());

async function figuresOf({ id }: { id: string }): Promise<EndpointFigures> {
  const figures = (await room.figures()).get(id);
  if (!figures) throw new Error(`there are no figures of ${id}`);
  return figures;
}

/** A page at an endpoint, and the SSRC of the picture that it gets. */
async function arrive() {
  const endpoint = await room.createEndpoint();
  const { page, offer } = await BarePage.join(endpoint, SOURCE);
  onTestFinished(async () => {
    page.close();
    await endpoint.close();
  });
  const ssrc = Number(/m=video[^]*?a=ssrc:(\d+)/.exec(offer)?.[1]);
  return { endpoint, page, ssrc };
}

const packet = (sequence: number, payload: Buffer): RtpPacket => ({
  marker: true,
  payloadType: 96,
  sequence,
  timestamp: sequence * 3_000,
  ssrc: SOURCE.ssrc,
  payload,
});

describe('the figures of an endpoint', () => {
  it('count what comes from a page, and what of it is lost', async () => {
    const { endpoint, page } = await arrive();
    const payload = Buffer.alloc(500, 1);
    const received = async () => (await figuresOf(endpoint)).sources[0]?.packets;
    for (let sequence = 990; sequence < 1_000; sequence++) page.send(writeRtp(packet(sequence, payload)));
    await expect.poll(received).toBe(10);
    const before = await figuresOf(endpoint);
    for (let sequence = 1_000; sequence < 1_100; sequence++)
      if (sequence % 10 !== 5) page.send(writeRtp(packet(sequence, payload)));
    await expect.poll(received).toBe(100);
    const after = await figuresOf(endpoint);
    expect(after.sources).toMatchObject([{ ssrc: SOURCE.ssrc, kind: 'video' }]);
    const grown = (count: 'bytes' | 'lostPackets') =>
      (after.sources[0]?.[count] ?? 0) - (before.sources[0]?.[count] ?? 0);
    expect(grown('lostPackets')).toBe(10);
    // RTP, UDP and IP have 40 bytes.
    expect(grown('bytes')).toBe(90 * (500 + 40));
    expect(after.receivedBytes - before.receivedBytes).toBeGreaterThanOrEqual(90 * (500 + 12));
  });

  it('count what goes to a page', async () => {
    const { endpoint, page, ssrc } = await arrive();
    let got = 0;
    page.events.on('packet', (bytes) => {
      if (readRtp(bytes)?.ssrc === ssrc) got++;
    });
    await page.next('packet', () => (got >= 60 ? true : undefined));
    const { sentBytes, sentPackets, slots } = await figuresOf(endpoint);
    expect(sentPackets).toBeGreaterThanOrEqual(60);
    expect(sentBytes / sentPackets).toBeGreaterThan(40);
    expect(sentBytes / sentPackets).toBeLessThan(1_250);
    expect(slots).toBe(1);
  });

  it('take what the page reports: packets that it has not got, and the round trip', async () => {
    const { endpoint, page, ssrc } = await arrive();
    const sequence = await page.next('packet', (bytes) => {
      const read = readRtp(bytes);
      return read?.ssrc === ssrc ? read.sequence : undefined;
    });
    expect(await figuresOf(endpoint)).toMatchObject({ reportedPackets: 0, lostPackets: 0, roundTripMs: null });
    // The middle of the NTP time: seconds since 1900, as 16.16 fixed point.
    const now = Math.round((((Date.now() / 1000 + 2_208_988_800) % 65_536) * 65_536) % 2 ** 32);
    page.send(receiverReport(PAGE_SSRC, ssrc, sequence, { lost: 3 }));
    page.send(receiverReport(PAGE_SSRC, ssrc, sequence + 200, { lost: 13, lastReport: now - 6_554, delay: 0 }));
    await expect.poll(async () => (await figuresOf(endpoint)).reportedPackets).toBe(200);
    const { lostPackets, roundTripMs } = await figuresOf(endpoint);
    expect(lostPackets).toBe(10);
    expect(roundTripMs).toBeGreaterThanOrEqual(95);
    expect(roundTripMs).toBeLessThan(1_000);
  });

  it('count the key frames that the page is asked for', async () => {
    const sender = await Sender.join(room, 'sender', await colourClip([200, 60, 60]));
    onTestFinished(() => sender.leave());
    const { keyFrameRequests } = await figuresOf(sender.endpoint);
    const viewer = await arrive();
    await viewer.endpoint.setView({ video: [sender.stream], audio: [] });
    await expect
      .poll(async () => (await figuresOf(sender.endpoint)).keyFrameRequests)
      .toBeGreaterThan(keyFrameRequests);
  });

  it('stay in the traffic of the worker when the endpoint ends', async () => {
    const { endpoint, page } = await arrive();
    for (let sequence = 0; sequence < 50; sequence++) page.send(writeRtp(packet(sequence, Buffer.alloc(900, 1))));
    await expect.poll(async () => (await figuresOf(endpoint)).sources[0]?.packets).toBe(50);
    const [before] = await engine.traffic();
    await endpoint.close();
    const [after] = await engine.traffic();
    expect(after?.receivedPackets).toBe(before?.receivedPackets);
    expect(after?.receivedBytes).toBeGreaterThanOrEqual(before?.receivedBytes ?? Infinity);
    expect(after?.sentBytes).toBeGreaterThanOrEqual(before?.sentBytes ?? Infinity);
    expect(after?.slots).toBe((before?.slots ?? 0) - 1);
  });
});
