import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { asksForKeyFrame, isRtcp, pictureLoss, readRtp, type RtpPacket, writeRtp } from '../../bench/load/rtp.ts';
import { GRID } from '../../src/protocol/media-ipc/view.ts';
import type { Endpoint, MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { byteStream, UNIT } from '../unit/native/h264-units.ts';
import { BarePage } from './support/bare-page.ts';
import {
  decode,
  HEIGHT,
  isKey,
  isParameterSet,
  makeFilm,
  picturesIn,
  Publisher,
  SOURCE,
  typeOf,
  WIDTH,
} from './support/h264-media.ts';
import { startEngine } from './support/engine.ts';

const PAGE_SSRC = 1;

let engine: MediaEngine;
let room: MediaRoom;
let folder: string;
/** A red picture with a moving ball, each access unit as its NAL units; the first one is a key frame, and so is every tenth. */
let film: Buffer[][];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webstreamer-h264-'));
  film = await makeFilm(folder);
  engine = await startEngine();
  room = await engine.createRoom('room', { codec: 'h264' });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** A page at an endpoint of its own, and the video that it gets. */
async function arrive(source?: typeof SOURCE) {
  const endpoint = await room.createEndpoint();
  const { page, offer } = await BarePage.join(endpoint, source);
  onTestFinished(async () => {
    page.close();
    await endpoint.close();
  });
  const ssrc = Number(/m=video[^]*?a=ssrc:(\d+)/.exec(offer)?.[1]);
  const video = (bytes: Buffer) => {
    const packet = readRtp(bytes);
    return packet?.ssrc === ssrc ? packet : undefined;
  };
  return { endpoint, page, ssrc, video };
}

/** The packets of `count` pictures, the first of which is a key frame. */
async function record({ page, video }: Pick<Awaited<ReturnType<typeof arrive>>, 'page' | 'video'>, count: number) {
  const packets: RtpPacket[] = [];
  let pictures = 0;
  await page.next('packet', (bytes) => {
    const packet = video(bytes);
    if (!packet) return undefined;
    const begins = packets.length === 0;
    if (begins && !(typeOf(packet.payload) === 24 && typeOf(packet.payload.subarray(3)) === UNIT.sequenceSet))
      return undefined;
    packets.push(packet);
    if (packet.marker) pictures++;
    return pictures === count ? true : undefined;
  });
  return packets;
}

/** A page that publishes the film, and answers each request for a key frame with the next one that `keyFrame` makes. */
async function publish(keyFrame: (units: readonly Buffer[]) => Buffer[]) {
  const { endpoint, page } = await arrive(SOURCE);
  const publisher = new Publisher(page);
  let next = 0;
  let wanted = false;
  page.events.on('packet', (bytes) => {
    if (isRtcp(bytes) && asksForKeyFrame(bytes)) wanted = true;
  });
  const published = new Promise<void>((resolve) => {
    endpoint.events.on('published', ({ video }) => {
      if (video) resolve();
    });
  });
  publisher.send(film[0] ?? []);
  const timer = setInterval(() => {
    do next = (next + 1) % film.length;
    while (wanted && !isKey(film[next] ?? []));
    wanted = false;
    const units = film[next] ?? [];
    publisher.send(isKey(units) ? keyFrame(units) : units);
  }, 1_000 / 30);
  onTestFinished(() => {
    clearInterval(timer);
  });
  await published;
  return { endpoint, publisher };
}

const watch = (viewer: Endpoint, publisher: Endpoint) =>
  viewer.setView({ video: [{ source: 'endpoint', endpoint: publisher.id }], audio: [] });

describe('the slate in a room of H.264', () => {
  it('is H.264 that GStreamer can decode: bars, and not always the same', async () => {
    const packets = await record(await arrive(), 15);
    for (const { payload } of packets) expect(payload.length).toBeLessThanOrEqual(1184);
    const pictures = await decode(folder, packets, 640, 360);
    expect(pictures).toHaveLength(15);
    expect(new Set(pictures.map((picture) => picture.toString('latin1'))).size).toBeGreaterThan(1);
    const bars = new Set(
      Array.from({ length: 7 }, (_, bar) => Math.round((pictures[0]?.[640 * 20 + 45 + bar * 91] ?? 0) / 8)),
    );
    expect(bars.size).toBe(7);
  });

  it('gives a key frame when the page asks for one, with its parameter sets', async () => {
    const viewer = await arrive();
    const before = await record(viewer, 3);
    viewer.page.send(pictureLoss(PAGE_SSRC, viewer.ssrc));
    const [again] = picturesIn(await record(viewer, 1));
    expect(picturesIn(before).map(isKey)).toEqual([true, false, false]);
    expect(again?.map(typeOf)).toEqual([UNIT.sequenceSet, UNIT.pictureSet, UNIT.idr]);
  });

  it('is sent again when a packet was lost, the very same', async () => {
    const { page, video } = await arrive();
    await page.next('packet', video);
    let lost: Buffer | undefined;
    page.loses = (datagram) => {
      const loses = lost === undefined && video(datagram) !== undefined;
      if (loses) lost = datagram;
      return loses;
    };
    const { sequence, ssrc } = await page.next('datagram', video);
    const again = page.next('datagram', (bytes) => (video(bytes)?.sequence === sequence ? bytes : undefined));
    const nack = Buffer.alloc(16);
    nack.writeUInt32BE(0x81cd_0003, 0);
    nack.writeUInt32BE(PAGE_SSRC, 4);
    nack.writeUInt32BE(ssrc, 8);
    nack.writeUInt16BE(sequence, 12);
    page.send(nack);
    expect(await again).toEqual(lost);
  });
});

describe('a page that sends H.264', () => {
  it('is seen by others, picture by picture, unchanged', async () => {
    const { endpoint } = await publish((units) => [...units]);
    const viewer = await arrive();
    await watch(viewer.endpoint, endpoint);
    const packets = await recordOf(viewer, 30);
    const sent = new Set(film.map((units) => byteStream(units).toString('latin1')));
    for (const units of picturesIn(packets)) expect(sent.has(byteStream(units).toString('latin1'))).toBe(true);
    const pictures = await decode(folder, packets, WIDTH, HEIGHT);
    expect(pictures).toHaveLength(30);
    for (const picture of pictures)
      expect(Math.abs(meanOf(picture.subarray((WIDTH * HEIGHT * 5) / 4)) - 202)).toBeLessThan(20);
  });

  it('may send its parameter sets once only: each key frame brings them to those who come later', async () => {
    const { endpoint } = await publish((units) => units.filter((unit) => !isParameterSet(unit)));
    const viewer = await arrive();
    await watch(viewer.endpoint, endpoint);
    const packets = await recordOf(viewer, 30);
    expect(await decode(folder, packets, WIDTH, HEIGHT)).toHaveLength(30);
    const keys = picturesIn(packets).filter(isKey);
    expect(keys.length).toBeGreaterThan(1);
    for (const units of keys) expect(units.map(typeOf)).toEqual([UNIT.sequenceSet, UNIT.pictureSet, UNIT.idr]);
  });

  it('may send nonsense: others see what follows, and the worker lives on', async () => {
    const [before] = (await engine.dump()).workers;
    const { endpoint, publisher } = await publish((units) => [...units]);
    const viewer = await arrive();
    await watch(viewer.endpoint, endpoint);
    await recordOf(viewer, 3);
    const start = Buffer.from([0x7c, 0x85]);
    const nonsense: Buffer[][] = [
      [Buffer.from([0x65])],
      [Buffer.from('nonsense')],
      [Buffer.from([24, 0xff, 0xff, 1])],
      [Buffer.from([24])],
      [Buffer.from([0x7c, 0x45, 1, 2, 3])],
      [start],
      Array.from({ length: 300 }, () => Buffer.concat([Buffer.from([0x7c, 0x05]), Buffer.alloc(1_000, 0x65)])),
      Array.from({ length: 300 }, () => Buffer.from([0x67, 0, 0, 1, 0x68, 0, 0, 1, 0x65])),
      [Buffer.from([0x7e, 1, 2]), Buffer.from([0x7f, 1, 2]), Buffer.from([0])],
      [Buffer.concat([start, Buffer.alloc(1_100)]), Buffer.from([0x61, 0x9a])],
    ];
    for (const payloads of nonsense) publisher.sendPayloads(payloads);
    const packets = await recordOf(viewer, 12);
    expect(await decode(folder, packets, WIDTH, HEIGHT)).toHaveLength(12);
    expect((await engine.dump()).workers.map(({ pid }) => pid)).toEqual([before?.pid]);
  });
});

describe('the grid in a room of H.264', () => {
  it('is drawn of what pages send, and is H.264 itself', async () => {
    const [width, height] = [1280, 720];
    const { endpoint } = await publish((units) => [...units]);
    const stream = { source: 'endpoint', endpoint: endpoint.id } as const;
    await room.setGrid([{ name: 'Anna', stream, speaker: false, screen: false }]);
    const viewer = await arrive();
    await viewer.endpoint.setView({ video: [GRID], audio: [] });
    // The first pictures are those of a grid to which nothing has been decoded yet.
    await expect
      .poll(
        async () => {
          viewer.page.send(pictureLoss(PAGE_SSRC, viewer.ssrc));
          const pictures = await decode(folder, await record(viewer, 5), width, height);
          return Math.round(meanOf(pictures[4]!.subarray((width * height * 5) / 4)) / 20) * 20;
        },
        { timeout: 15_000 },
      )
      .toBe(200);
  });
});

describe.each(['vp8', 'h264'] as const)('a page that sends a picture of %s without end', (codec) => {
  it('loses its endpoint before the worker has lost its memory', async () => {
    const endpoint = await (await engine.createRoom('hostile', { codec })).createEndpoint();
    const { page } = await BarePage.join(endpoint, SOURCE);
    onTestFinished(() => {
      page.close();
    });
    const failed = new Promise<void>((resolve) => {
      endpoint.events.on('failed', resolve);
    });
    const body = Buffer.alloc(1_100, 0x55);
    const head = (begins: boolean) => (codec === 'vp8' ? [begins ? 0x10 : 0] : [0x7c, begins ? 0x85 : 0x05]);
    let sequence = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 100; i++) {
        const payload = Buffer.concat([Buffer.from(head(sequence === 0)), body]);
        page.send(
          writeRtp({
            marker: false,
            payloadType: 96,
            sequence: sequence++ & 0xffff,
            timestamp: 1,
            ssrc: SOURCE.ssrc,
            payload,
          }),
        );
      }
    }, 10);
    await failed.finally(() => {
      clearInterval(timer);
    });
    const [worker] = (await engine.dump()).workers;
    expect(worker?.residentBytes).toBeLessThan(400_000_000);
    await endpoint.close();
  });
});

/** As `record`, from a key frame of the film on: before it there may be some of the slate. */
async function recordOf(viewer: Awaited<ReturnType<typeof arrive>>, count: number): Promise<RtpPacket[]> {
  const head = film[0]?.[0] ?? Buffer.alloc(0);
  for (;;) {
    const packets = await record(viewer, count);
    if (packets[0]?.payload.includes(head)) return packets;
  }
}

const meanOf = (bytes: Buffer) => bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
