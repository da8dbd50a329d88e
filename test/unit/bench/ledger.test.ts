import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Clip } from '../../../bench/load/clip.ts';
import { ClipSender } from '../../../bench/load/clip-sender.ts';
import { readRtp, type RtpPacket, writeRtp } from '../../../bench/load/rtp.ts';
import { nowUs } from '../../../bench/load/stamp.ts';
import { StreamLedger } from '../../../bench/load/stream-ledger.ts';

const KEY_FRAME_DISTANCE = 5;

/** Ten frames of three packets each, the first and the sixth of them key frames. */
const clip = new Clip(
  Array.from({ length: 2 * KEY_FRAME_DISTANCE }, (_, index) => {
    const frame = Buffer.alloc(3000, index);
    frame[0] = index % KEY_FRAME_DISTANCE === 0 ? 0x10 : 0x11;
    return frame;
  }),
);

function makeSender(source = 7) {
  const packets: RtpPacket[] = [];
  const sender = new ClipSender({
    clip,
    source,
    ssrc: 1,
    payloadType: 96,
    send: (packet) => packets.push(readRtp(packet)!),
  });
  return { sender, packets };
}

/** The packets of some frames, frame by frame. */
function framesOf(count: number): RtpPacket[][] {
  const { sender, packets } = makeSender();
  return Array.from({ length: count }, () => {
    sender.sendFrame();
    return packets.splice(0);
  });
}

function enter(packets: readonly RtpPacket[], ledger = new StreamLedger(1, clip)): StreamLedger {
  for (const packet of packets) ledger.add(packet, nowUs());
  return ledger;
}

describe('the books of a stream', () => {
  it('have every frame that was sent, in order, over the end of the clip', () => {
    const received = enter(framesOf(25).flat()).take();
    expect(received).toMatchObject({ source: 7, packets: 75, frames: 25, keyFrames: 5 });
    expect(received).toMatchObject({ missingFrames: 0, lostPackets: 0, undecodableFrames: 0, pictureIdJumps: 0 });
    expect(received.delaysMs).toHaveLength(25);
    expect(Math.min(...received.delaysMs)).toBeGreaterThanOrEqual(0);
  });

  it('begin anew when they are taken, and go on counting where they were', () => {
    const [first, second] = [framesOf(4), 2];
    const ledger = enter(first.slice(0, second).flat());
    expect(ledger.take().frames).toBe(2);
    expect(ledger.take()).toMatchObject({ frames: 0, packets: 0, source: 7 });
    expect(enter(first.slice(second).flat(), ledger).take()).toMatchObject({ frames: 2, missingFrames: 0 });
  });

  it('miss exactly the frames of which a packet was lost', () => {
    const lost = fc.uniqueArray(fc.integer({ min: 3, max: 3 * 28 - 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(lost, (indices) => {
        const frames = framesOf(30);
        const received = enter(frames.flat().filter((_, index) => !indices.includes(index))).take();
        const damaged = new Set(indices.map((index) => Math.floor(index / 3))).size;
        expect(received.lostPackets).toBe(indices.length);
        expect(received.missingFrames).toBe(damaged);
        expect(received.frames).toBe(30 - damaged);
      }),
    );
  });

  it('call frames behind a gap undecodable until the next key frame', () => {
    const frames = framesOf(12);
    const ledger = enter([...frames.slice(0, 1), ...frames.slice(2)].flat());
    expect(ledger.take()).toMatchObject({ frames: 11, missingFrames: 1, undecodableFrames: 3, pictureIdJumps: 1 });
    expect(ledger.decodable).toBe(true);
  });

  it('take a packet that comes late for late, not for thousands that were lost', () => {
    const [first = [], second = [], ...rest] = framesOf(6);
    const [a, b, c] = second;
    const received = enter([...first, a!, c!, b!, ...rest.flat()]).take();
    expect(received).toMatchObject({ frames: 5, missingFrames: 1, lostPackets: 0 });
  });

  it('call a frame foreign when one byte is another', () => {
    const frames = framesOf(2);
    const damaged = frames[1]![1]!;
    damaged.payload = Buffer.from(damaged.payload);
    damaged.payload[100] = 0xff;
    expect(enter(frames.flat()).take()).toMatchObject({ frames: 1, foreignFrames: 1 });
  });

  it('know the longest time without a whole frame, the time since the last one included', () => {
    const [ledger, start] = [new StreamLedger(1, clip), nowUs() - 1_000_000];
    const [first = [], second = [], third = [], fourth = []] = framesOf(4);
    for (const packet of first) ledger.add(packet, start);
    for (const packet of second.slice(1)) ledger.add(packet, start + 100_000);
    for (const packet of third) ledger.add(packet, start + 500_000);
    expect(ledger.take().largestGapMs).toBeGreaterThanOrEqual(500);
    for (const packet of fourth) ledger.add(packet, start + 2_500_000);
    expect(ledger.take().largestGapMs).toBe(2000);
  });

  it('wait for a key frame when another sender takes over', () => {
    const other = makeSender(8);
    for (let i = 0; i < 6; i++) other.sender.sendFrame();
    const ledger = enter(framesOf(1).flat());
    const late = other.packets.slice(3); // its first key frame was before we saw it
    enter(
      late.map((packet, index) => ({ ...packet, sequence: (ledger.sequence + 1 + index) % 2 ** 16 })),
      ledger,
    );
    expect(ledger.take()).toMatchObject({ source: 8, missingFrames: 0, undecodableFrames: 4 });
  });
});

describe('a sender', () => {
  it('sends a key frame next when it is asked for one', () => {
    const { sender, packets } = makeSender();
    sender.sendFrame();
    sender.sendFrame();
    sender.requestKeyFrame();
    sender.sendFrame();
    expect(enter(packets).take()).toMatchObject({ frames: 3, keyFrames: 2, undecodableFrames: 0 });
    expect(sender.take()).toMatchObject({ frames: 3, keyFrames: 2, keyFrameRequests: 1, packets: 9 });
    expect(sender.take()).toMatchObject({ frames: 0, packets: 0 });
  });

  it('sends thirty frames a second until it is stopped', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { sender, packets } = makeSender();
    sender.start();
    vi.advanceTimersByTime(990);
    expect(packets).toHaveLength(3 * 30);
    sender.stop();
    vi.advanceTimersByTime(1000);
    expect(packets).toHaveLength(3 * 30);
  });

  it('leaves frames out when it was kept from sending, and stays on time', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { sender, packets } = makeSender();
    sender.start();
    const now = performance.now.bind(performance);
    const late = vi.spyOn(performance, 'now').mockImplementation(() => now() + 1000);
    vi.advanceTimersByTime(34);
    sender.stop();
    late.mockRestore();
    const { frames, skippedFrames } = sender.take();
    expect(frames).toBeLessThanOrEqual(5);
    expect(frames + skippedFrames).toBe(32);
    expect((packets.at(-1)!.timestamp - packets[0]!.timestamp + 2 ** 32) % 2 ** 32).toBe(31 * 3000);
    expect(enter(packets).take()).toMatchObject({ frames, missingFrames: 0 });
  });

  it('counts sequence numbers round', () => {
    const { sender, packets } = makeSender();
    for (let i = 0; i < 22_000; i++) sender.sendFrame();
    expect(enter(packets).take()).toMatchObject({ frames: 22_000, lostPackets: 0, pictureIdJumps: 0 });
  });
});

it('writes packets that are RTP', () => {
  const [packet] = framesOf(1).flat();
  expect(readRtp(writeRtp(packet!))).toEqual(packet);
});
