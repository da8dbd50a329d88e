import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clip } from '../../bench/load/clip.ts';
import { isKeyFrame } from '../../bench/load/vp8-payload.ts';
import { GridFormat } from '../../src/protocol/grid-format.ts';
import type { GridTile } from '../../src/protocol/media-ipc/grid.ts';
import type { MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { type Area, layOut } from '../../src/worker/grid-layout.ts';
import { colourClip, inTurn } from './support/colour-clip.ts';
import { Sender, Viewer } from './support/grid-room.ts';
import { distance, type Picture, type Rgb } from './support/picture.ts';
import { startEngine } from './support/engine.ts';

const { width, height } = GridFormat.parse({});
/** What decoding, scaling and encoding make of a colour. */
const TOLERANCE = 30;
const GROUND: Rgb = [17, 19, 23];
const PLACEHOLDER: Rgb = [42, 46, 54];
const MARK: Rgb = [74, 222, 128];

const COLOURS: readonly Rgb[] = [
  [200, 60, 60],
  [60, 170, 80],
  [60, 90, 210],
  [210, 190, 60],
  [180, 70, 190],
  [60, 180, 190],
  [230, 230, 230],
  [225, 130, 40],
  [130, 40, 40],
  [30, 100, 50],
  [40, 50, 120],
  [120, 110, 30],
  [240, 150, 170],
  [150, 220, 150],
  [150, 160, 240],
  [120, 120, 120],
];
const NAMES = ['Anna Müller', '王小明', 'Дмитрий', 'محمد علي', 'यश', 'Zoë 🙂', '佐藤', '김민준', 'Νίκος', 'נועה'];

let engine: MediaEngine;
let room: MediaRoom;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const nameOf = (index: number) => NAMES[index] ?? `person ${index + 1}`;
const colourOf = (index: number) => COLOURS[index] ?? GROUND;
const tileOf = (name: string, sender: Sender | null, rest: Partial<GridTile> = {}): GridTile => ({
  name,
  stream: sender?.stream ?? null,
  speaker: false,
  screen: false,
  ...rest,
});
/** Where the name stands on a tile. */
const labelOf = ({ x, y, width: across, height: down }: Area): Area => ({
  x: x + 4,
  y: y + Math.round(down * 0.85),
  width: Math.round(across * 0.2),
  height: Math.round(down * 0.12),
});

/** Points of a tile that nothing is written on. */
function pointsOf({ x, y, width: across, height: down }: Area): [number, number][] {
  return [
    [0.5, 0.5],
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
  ].map(([right = 0, below = 0]) => [x + across * right, y + down * below]);
}

function expectColour(picture: Picture, area: Area, colour: Rgb): void {
  const far = pointsOf(area)
    .map(([x, y]) => picture.at(x, y))
    .filter((found) => distance(found, colour) > TOLERANCE);
  expect(far, `all of ${JSON.stringify(area)} should be ${colour.join()}`).toEqual([]);
}

const difference = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;

describe('a grid', () => {
  let people: Sender[];
  let viewer: Viewer;
  beforeAll(async () => {
    room = await engine.createRoom('room');
    const clips = await Promise.all(COLOURS.map((colour) => colourClip(colour)));
    people = [];
    for (const [index, clip] of clips.entries()) people.push(await Sender.join(room, nameOf(index), clip));
    await room.setGrid([tileOf('nobody', null)]);
    viewer = await Viewer.join(room);
  }, 60_000);
  afterAll(async () => {
    await viewer.leave();
    await Promise.all(people.map((person) => person.leave()));
    await room.close();
  });

  const show = async (tiles: GridTile[]) => {
    await room.setGrid(tiles);
    return layOut(width, height, tiles.length);
  };
  /** The picture, as soon as it is as it should be. */
  const until = async (check: (picture: Picture) => void): Promise<Picture> => {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const picture = await viewer.picture();
      try {
        check(picture);
        return picture;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  };

  it.each([1, 2, 3, 5, 9, 16])('of %i shows each person’s colour and name in their place', async (count) => {
    const areas = await show(people.slice(0, count).map((person) => tileOf(person.name, person)));
    const picture = await until((found) => {
      for (const [index, area] of areas.entries()) expectColour(found, area, colourOf(index));
    });
    for (const [index, area] of areas.entries()) {
      // White on a dark ground, on whatever the camera shows.
      const label = picture.brightness(labelOf(area));
      expect(Math.max(...label), `the name ${nameOf(index)}`).toBeGreaterThan(200);
      expect(Math.min(...label)).toBeLessThan(110);
      expect(distance(picture.at(area.x - 4, area.y - 2), GROUND)).toBeLessThan(TOLERANCE);
    }
  });

  it('writes the same name in the same way, and no other one', async () => {
    const names = ['王小明', '王小明', '王小红', 'Anna', 'Anna', 'Anne', 'محمد', 'احمد', '🙂'];
    const areas = await show(names.map((name) => tileOf(name, null)));
    const picture = await viewer.picture(10);
    const labels = areas.map((area) => picture.brightness(labelOf(area)));
    const between = (a: number, b: number) => difference(labels[a] ?? [], labels[b] ?? []);
    const [same, others] = [
      Math.max(between(0, 1), between(3, 4)),
      Math.min(between(0, 2), between(3, 5), between(6, 7), between(0, 3), between(7, 8)),
    ];
    expect(others).toBeGreaterThan(2 * same);
  });

  it('shows a disc and the name where there is no picture', async () => {
    const [area] = await show([tileOf('Anna', null), tileOf('Ben', people[1] ?? null)]);
    const picture = await viewer.picture();
    const [, ...edges] = pointsOf(area!);
    for (const [x, y] of edges) expect(distance(picture.at(x, y), PLACEHOLDER)).toBeLessThan(TOLERANCE);
    const beside = picture.at(area!.x + area!.width / 2 - area!.height * 0.15, area!.y + area!.height / 2);
    expect(distance(beside, PLACEHOLDER)).toBeGreaterThan(TOLERANCE);
    expect(Math.max(...picture.brightness(labelOf(area!)))).toBeGreaterThan(200);
  });

  it('marks the speaker, and whoever is the speaker next', async () => {
    const marks = async (speaker: number) => {
      const areas = await show(
        people.slice(0, 4).map((one, index) => tileOf(one.name, one, { speaker: index === speaker })),
      );
      const picture = await viewer.picture();
      return areas.map(({ x, y, height: down }) => distance(picture.at(x - 2, y + down / 2), MARK) < 2 * TOLERANCE);
    };
    expect(await marks(2)).toEqual([false, false, true, false]);
    expect(await marks(0)).toEqual([true, false, false, false]);
  });

  it('shows a screen in the biggest tile, whole, and people beside it in their order', async () => {
    const screen = await Sender.join(room, 'screen', await colourClip([60, 90, 210], { width: 320, height: 240 }));
    await room.setGrid(
      [0, 1].map((index) => tileOf(nameOf(index), people[index]!)).concat(tileOf('screen', screen, { screen: true })),
    );
    const [big, first, second] = layOut(width, height, 3, true);
    const { x, y, width: across, height: down } = big!;
    await until((picture) => {
      expectColour(picture, first!, colourOf(0));
      expectColour(picture, second!, colourOf(1));
      expect(distance(picture.at(x + across / 2, y + 10), colourOf(2))).toBeLessThan(TOLERANCE);
      // 4:3 in 16:9: an eighth on each side stays free.
      expect(distance(picture.at(x + across * 0.1, y + down / 2), PLACEHOLDER)).toBeLessThan(TOLERANCE);
      expect(distance(picture.at(x + across * 0.15, y + down / 2), colourOf(2))).toBeLessThan(TOLERANCE);
    });
    await screen.leave();
  });

  it('fills a tile with a camera of 4:3, and shows one that is higher than wide between bars', async () => {
    const [wide, high] = await Promise.all([
      Sender.join(room, 'wide', await colourClip(colourOf(0), { width: 320, height: 240 })),
      Sender.join(room, 'high', await colourClip(colourOf(1), { width: 180, height: 320 })),
    ]);
    const [first, second] = await show([tileOf('wide', wide), tileOf('high', high)]);
    await until((picture) => {
      expectColour(picture, first!, colourOf(0));
      const middle = second!.y + second!.height / 2;
      expect(distance(picture.at(second!.x + second!.width / 2, middle), colourOf(1))).toBeLessThan(TOLERANCE);
      expect(distance(picture.at(second!.x + second!.width * 0.2, middle), PLACEHOLDER)).toBeLessThan(TOLERANCE);
    });
    await Promise.all([wide.leave(), high.leave()]);
  });

  it('decodes and draws only while somebody sees it', async () => {
    const pipelines = async () => (await engine.dump()).workers[0]?.pipelines ?? 0;
    await show([]);
    await expect.poll(pipelines).toBe(2 + people.length + 2); // the slate, its tone, the grid, and one for each person and the viewer
    const without = await pipelines();
    const tiles = people.slice(0, 3).map((person) => tileOf(person.name, person));
    await show(tiles);
    expect(await pipelines()).toBe(without + 3);
    await viewer.leave();
    await expect.poll(pipelines).toBe(without - 1);
    viewer = await Viewer.join(room);
    const areas = await show(tiles);
    await until((picture) => {
      for (const [index, area] of areas.entries()) expectColour(picture, area, colourOf(index));
    });
  });
});

// What the machine's other work costs is no gap of the grid's: a gap of its own would be there each time.
describe('the picture of all others goes on', { retry: 2 }, () => {
  let steady: Sender;
  let viewer: Viewer;
  let blinking: Clip;
  beforeAll(async () => {
    blinking = inTurn(await colourClip(colourOf(0)), await colourClip(colourOf(1)));
  });
  beforeEach(async () => {
    room = await engine.createRoom('room');
    steady = await Sender.join(room, 'steady', blinking);
    await room.setGrid([tileOf('steady', steady)]);
    viewer = await Viewer.join(room);
    await viewer.frames(30);
  });
  afterEach(async () => {
    await viewer.leave();
    await steady.leave();
    await room.close();
  });

  /** Films while `meanwhile` goes on; the longest time between two pictures, and between two changes of the blinking tile. */
  async function watch(meanwhile: () => Promise<void>): Promise<{ gapMs: number; blinkMs: number }> {
    viewer.take();
    let gapMs = 0;
    // Small enough for its first tile, wherever that is, to be found by its colour.
    const film = await viewer.film(128, 72, async () => {
      await meanwhile();
      gapMs = viewer.take().largestGapMs;
    });
    const near = (picture: Picture, colour: Rgb) => {
      for (let y = 4; y < 72; y += 4)
        for (let x = 4; x < 128; x += 4) if (distance(picture.at(x, y), colour) < TOLERANCE) return true;
      return false;
    };
    const shown = film.map(({ picture, atMs }) => ({ atMs, red: near(picture, colourOf(0)) }));
    const changes = shown
      .filter(({ red }, index) => index > 0 && red !== shown[index - 1]?.red)
      .map(({ atMs }) => atMs);
    const times = [shown[0]?.atMs ?? 0, ...changes, shown.at(-1)?.atMs ?? Infinity];
    return { gapMs, blinkMs: Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0))) };
  }

  it('while one comes, stalls and leaves', async () => {
    const blue = await colourClip(colourOf(2));
    const { gapMs, blinkMs } = await watch(async () => {
      const other = await Sender.join(room, 'other', blue);
      await room.setGrid([tileOf('other', other), tileOf('steady', steady)]);
      await viewer.frames(20);
      other.stall();
      await viewer.frames(40);
      await room.setGrid([tileOf('steady', steady)]);
      await other.endpoint.close();
      await viewer.frames(20);
    });
    expect(gapMs).toBeLessThan(200);
    // It blinks every 333 ms.
    expect(blinkMs).toBeLessThan(333 + 200);
  });

  it('while one sends what no decoder can read, or pictures of a size that nobody can decode', async () => {
    const clip = await colourClip(colourOf(2));
    const broken = new Clip(
      clip.frames.map((frame) => {
        const damaged = Buffer.from(frame);
        for (let index = isKeyFrame(frame) ? 24 : 12; index < damaged.length; index++)
          damaged[index] = (index * 151) % 256;
        return damaged;
      }),
    );
    const huge = new Clip(
      clip.frames.map((frame) => {
        const claimed = Buffer.from(frame);
        if (isKeyFrame(frame)) claimed.writeUInt32LE(0x3fff3fff, 6);
        return claimed;
      }),
    );
    const { residentBytes = 0, pid } = (await engine.dump()).workers[0] ?? {};
    const { gapMs, blinkMs } = await watch(async () => {
      const hostile = [await Sender.join(room, 'broken', broken), await Sender.join(room, 'huge', huge)];
      await room.setGrid([...hostile.map((one) => tileOf(one.name, one)), tileOf('steady', steady)]);
      await viewer.frames(60);
      await Promise.all(hostile.map((one) => one.leave()));
    });
    expect(gapMs).toBeLessThan(200);
    expect(blinkMs).toBeLessThan(333 + 200);
    const [after] = (await engine.dump()).workers;
    expect(after?.pid).toBe(pid);
    expect((after?.residentBytes ?? 0) - residentBytes).toBeLessThan(100e6); // the size it claims takes 400 MB
  });
});
