import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { asksForKeyFrame, isRtcp } from '../../bench/load/rtp.ts';
import type { Endpoint, MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { BarePage } from './support/bare-page.ts';
import { colourClip, inTurn } from './support/colour-clip.ts';
import { startEngine } from './support/engine.ts';
import { Sender, Viewer } from './support/grid-room.ts';
import { HEIGHT, isKey, makeFilm, Publisher, SOURCE, WIDTH } from './support/h264-media.ts';
import { decodeJpeg, sizeOfJpeg } from './support/jpeg.ts';
import { distance, type Rgb } from './support/picture.ts';

const TOLERANCE = 30;
const RED: Rgb = [200, 60, 60];
const GREEN: Rgb = [60, 170, 80];

let engine: MediaEngine;
let room: MediaRoom;
beforeAll(async () => {
  engine = await startEngine();
  room = await engine.createRoom('room');
});
afterAll(() => engine.close());

async function joined(colour: Rgb, size?: { width: number; height: number }): Promise<Sender> {
  const sender = await Sender.join(room, 'somebody', await colourClip(colour, size));
  onTestFinished(() => sender.leave());
  return sender;
}

async function expectColour(jpeg: Buffer, colour: Rgb): Promise<void> {
  const picture = await decodeJpeg(jpeg);
  const [width, height] = [picture.width, picture.height];
  for (const [x, y] of [
    [2, 2],
    [width / 2, height / 2],
    [width - 3, height - 3],
  ] as const)
    expect(distance(picture.at(x, y), colour), `at ${x}, ${y}`).toBeLessThan(TOLERANCE);
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code,
  );

const pipelines = async () => (await engine.dump()).workers.reduce((sum, worker) => sum + worker.pipelines, 0);

describe('a picture of a camera', () => {
  it('is a JPEG of what it sees, and is gone from the worker when it is made', async () => {
    const sender = await joined(RED);
    const before = await pipelines();
    const jpeg = await sender.endpoint.picture();
    expect(sizeOfJpeg(jpeg)).toEqual([320, 180]);
    expect(jpeg.length).toBeLessThan(10_000);
    await expectColour(jpeg, RED);
    await expect.poll(pipelines).toBe(before);
  });

  it.each([
    ['wide', { width: 1280, height: 720 }, [320, 180]],
    ['upright', { width: 480, height: 640 }, [320, 427]],
    ['small', { width: 160, height: 120 }, [160, 120]],
  ] as const)('of a %s one keeps its shape', async (_, size, expected) => {
    const sender = await joined(GREEN, size);
    const jpeg = await sender.endpoint.picture();
    expect(sizeOfJpeg(jpeg)).toEqual(expected);
    await expectColour(jpeg, GREEN);
  });

  it('is one for all who ask at the same time, and shortly afterwards', async () => {
    const { endpoint } = await joined(RED);
    const { keyFrameRequests = 0 } = (await room.figures()).get(endpoint.id) ?? {};
    const all = await Promise.all(Array.from({ length: 50 }, () => endpoint.picture()));
    all.push(await endpoint.picture());
    for (const jpeg of all) expect(jpeg.equals(all[0] ?? Buffer.alloc(0))).toBe(true);
    const after = (await room.figures()).get(endpoint.id);
    expect((after?.keyFrameRequests ?? 0) - keyFrameRequests).toBeLessThanOrEqual(2);
  });

  it('is another one two seconds later', async () => {
    const both = inTurn(
      ...(await Promise.all(Array.from({ length: 6 }, () => colourClip(RED)))),
      ...(await Promise.all(Array.from({ length: 6 }, () => colourClip(GREEN)))),
    );
    const sender = await Sender.join(room, 'blinking', both);
    onTestFinished(() => sender.leave());
    const first = await sender.endpoint.picture();
    // It is red for two seconds, and then green; none is handed out for longer than two.
    const isAnother = async () => !(await sender.endpoint.picture()).equals(first);
    const began = performance.now();
    await expect.poll(isAnother, { timeout: 6_000, interval: 50 }).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('comes from the grid where that is drawn, and costs its sender no key frame', async () => {
    const sender = await joined(GREEN);
    await room.setGrid([{ name: 'somebody', stream: sender.stream, speaker: false, screen: false }]);
    const viewer = await Viewer.join(room);
    onTestFinished(() => viewer.leave());
    await viewer.frames(30);
    const asked = async () => (await room.figures()).get(sender.endpoint.id)?.keyFrameRequests;
    const before = await asked();
    await expectColour(await sender.endpoint.picture(), GREEN);
    expect(await asked()).toBe(before);
  });

  it('is refused within two seconds when nothing comes any more', async () => {
    const sender = await joined(RED);
    await sender.endpoint.picture();
    sender.stall();
    const began = performance.now();
    await expect.poll(() => codeOf(sender.endpoint.picture()), { timeout: 6_000 }).toBe('no-picture');
    expect(performance.now() - began).toBeLessThan(6_000);
  });

  it('is refused at once when its endpoint ends meanwhile', async () => {
    const sender = await joined(RED);
    await sender.endpoint.picture();
    sender.stall();
    const code = codeOf(sender.endpoint.picture());
    await sender.endpoint.close();
    expect(await code).toMatch(/^(no error|no-picture)$/);
  });
});

describe('a picture in a room of H.264', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'webstreamer-picture-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is a JPEG of what the camera sees', async () => {
    const film = await makeFilm(folder);
    const endpoint = await (await engine.createRoom('h264', { codec: 'h264' })).createEndpoint();
    const { page } = await BarePage.join(endpoint, SOURCE);
    const publisher = new Publisher(page);
    let [next, wanted] = [0, false];
    page.events.on('packet', (bytes) => {
      if (isRtcp(bytes) && asksForKeyFrame(bytes)) wanted = true;
    });
    const published = untilVideo(endpoint);
    const timer = setInterval(() => {
      do next = (next + 1) % film.length;
      while (wanted && !isKey(film[next] ?? []));
      wanted = false;
      publisher.send(film[next] ?? []);
    }, 1_000 / 30);
    onTestFinished(async () => {
      clearInterval(timer);
      page.close();
      await endpoint.close();
    });
    publisher.send(film[0] ?? []);
    await published;
    const jpeg = await endpoint.picture();
    expect(sizeOfJpeg(jpeg)).toEqual([WIDTH, HEIGHT]);
    const picture = await decodeJpeg(jpeg);
    // A white ball rolls over the red ground: at one of two corners it is not.
    const corners = [picture.at(4, 4), picture.at(WIDTH - 5, HEIGHT - 5)];
    expect(Math.min(...corners.map((corner) => distance(corner, [221, 25, 25])))).toBeLessThan(TOLERANCE);
  });
});

function untilVideo(endpoint: Endpoint): Promise<void> {
  return new Promise((resolve) => {
    endpoint.events.on('published', ({ video }) => {
      if (video) resolve();
    });
  });
}
