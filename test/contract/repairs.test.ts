import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ClipSender } from '../../bench/load/clip-sender.ts';
import { asksAgainFor, asksForKeyFrame, isRtcp, readRtp, type RtpPacket, writeRtp } from '../../bench/load/rtp.ts';
import { readStamp, type Stamp } from '../../bench/load/stamp.ts';
import { isKeyFrame, readPiece } from '../../bench/load/vp8-payload.ts';
import type { MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { BarePage } from './support/bare-page.ts';
import { colourClip } from './support/colour-clip.ts';
import { startEngine } from './support/engine.ts';

const SOURCE = { ssrc: 0x1234_5678, cname: 'page', repairSsrc: 0x1234_5679 };
const VIDEO_TYPE = 96;
const REPAIR_TYPE = 98;

let engine: MediaEngine;
let room: MediaRoom;
beforeAll(async () => {
  engine = await startEngine();
  room = await engine.createRoom('room');
});
afterAll(() => engine.close());

const inRepairs = (packet: RtpPacket, sequence: number): RtpPacket => ({
  ...packet,
  payloadType: REPAIR_TYPE,
  ssrc: SOURCE.repairSsrc,
  sequence,
});

/** The packet's payload behind its own sequence number. */
function withSequence(packet: RtpPacket): Buffer {
  const own = Buffer.alloc(2);
  own.writeUInt16BE(packet.sequence);
  return Buffer.concat([own, packet.payload]);
}

/** The packet as a page sends it again on a stream of its own (RFC 4588, section 4). */
const repairOf = (packet: RtpPacket, sequence: number) =>
  writeRtp({ ...inRepairs(packet, sequence), payload: withSequence(packet) });

/** The stamp of the picture in an RTP packet, if it is all of one, and no key frame. */
function stampOfDelta(bytes: Buffer): Stamp | null {
  const packet = readRtp(bytes);
  const piece = packet?.marker ? readPiece(packet.payload) : null;
  return piece?.start && !isKeyFrame(piece.data) ? (readStamp(piece.data)?.stamp ?? null) : null;
}

/**
 * A page that sends pictures, of which one packet has got lost and is asked for again, and one that sees them: `numbers` = those that it
 * has got, in their order.
 */
async function scene() {
  const publisher = await room.createEndpoint();
  const viewer = await room.createEndpoint();
  const { page, offer } = await BarePage.join(publisher, SOURCE);
  const { page: watcher, offer: seen } = await BarePage.join(viewer);
  await viewer.setView({ video: [{ source: 'endpoint', endpoint: publisher.id }], audio: [] });
  const slot = Number(/m=video[^]*?a=ssrc:(\d+)/.exec(seen)?.[1]);
  const numbers: number[] = [];
  watcher.events.on('packet', (bytes) => {
    const packet = readRtp(bytes);
    const piece = packet?.ssrc === slot ? readPiece(packet.payload) : null;
    const stamp = piece && readStamp(piece.data);
    if (stamp) numbers.push(stamp.stamp.number);
  });
  let keyFramesAsked = 0;
  const lost: { packet: RtpPacket; number: number }[] = [];
  const sender = new ClipSender({
    clip: await colourClip([200, 60, 60]),
    source: 1,
    ssrc: SOURCE.ssrc,
    payloadType: VIDEO_TYPE,
    send: (bytes) => {
      const stamp = numbers.length > 5 && lost.length === 0 ? stampOfDelta(bytes) : null;
      const packet = readRtp(bytes);
      if (packet && stamp) lost.push({ packet, number: stamp.number });
      else page.send(bytes);
    },
  });
  const askedAgain = new Promise<void>((resolve) => {
    page.events.on('packet', (bytes) => {
      if (!isRtcp(bytes)) return;
      if (asksAgainFor(SOURCE.ssrc, bytes).some((sequence) => sequence === lost[0]?.packet.sequence)) resolve();
      if (!asksForKeyFrame(bytes)) return;
      keyFramesAsked++;
      sender.requestKeyFrame();
    });
  });
  onTestFinished(async () => {
    sender.stop();
    page.close();
    watcher.close();
    await Promise.all([publisher.close(), viewer.close()]);
  });
  sender.start();
  await askedAgain;
  const [{ packet, number }] = lost as [(typeof lost)[number]];
  return { page, offer, numbers, packet, number, keyFramesAsked: () => keyFramesAsked };
}

describe('a packet of a picture that gets lost', () => {
  it('comes again on the stream that the page has named for repairs, and the picture is whole', async () => {
    const { page, offer, numbers, packet, number, keyFramesAsked } = await scene();
    expect(offer).toContain(`a=rtpmap:${REPAIR_TYPE} rtx/90000`);
    const keyFramesBefore = keyFramesAsked();
    expect(numbers).not.toContain(number);
    // One that nobody needs, as pages send them to learn what the way takes, and one that has nothing but padding.
    const payload = Buffer.from('nonsense');
    page.send(repairOf({ ...packet, sequence: (packet.sequence - 1) & 0xffff, payload }, 1));
    page.send(writeRtp({ ...inRepairs(packet, 2), payload: Buffer.alloc(0) }));
    page.send(repairOf(packet, 3));
    await expect.poll(() => numbers, { timeout: 10_000 }).toContain(number + 5);
    const first = numbers[0] ?? 0;
    expect(numbers).toEqual(numbers.map((_, index) => first + index));
    expect(keyFramesAsked()).toBe(keyFramesBefore);
  });

  it('is given up when it comes again on a stream that nobody has named', async () => {
    const { page, numbers, packet, number } = await scene();
    page.send(writeRtp({ ...inRepairs(packet, 1), ssrc: 77, payload: withSequence(packet) }));
    await expect.poll(() => numbers.at(-1), { timeout: 10_000 }).toBeGreaterThan(number + 5);
    expect(numbers).not.toContain(number);
  });
});
