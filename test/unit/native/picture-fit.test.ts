import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Area } from '../../../src/worker/grid-layout.ts';
import { startProbe } from './probe.ts';

interface Case {
  picture: [width: number, height: number];
  tile: [width: number, height: number];
  whole: boolean;
}

async function fit(
  probe: ReturnType<typeof startProbe>,
  { picture, tile, whole }: Case,
): Promise<{ source: Area; target: Area }> {
  const numbers = (await probe('fit', ...picture, ...tile, Number(whole))).trim().split(' ').map(Number);
  const [source, target] = [numbers.slice(0, 4), numbers.slice(4)].map(([x = -1, y = -1, width = -1, height = -1]) => ({
    x,
    y,
    width,
    height,
  }));
  return { source: source!, target: target! };
}

const even = (min: number, max: number) => fc.integer({ min: min / 2, max: max / 2 }).map((half) => 2 * half);
const cases: fc.Arbitrary<Case> = fc.record({
  picture: fc.tuple(fc.integer({ min: 2, max: 4096 }), fc.integer({ min: 2, max: 4096 })),
  tile: fc.tuple(even(16, 3840), even(16, 2160)),
  whole: fc.boolean(),
});

it('a picture lies inside its tile, undistorted, in the middle, on even numbers', async () => {
  const probe = startProbe();
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const { source, target } = await fit(probe, one);
      for (const [area, [width, height]] of [
        [source, one.picture],
        [target, one.tile],
      ] as const) {
        expect(Object.values(area).every((number) => number % 2 === 0 && number >= 0)).toBe(true);
        expect(area.x + area.width).toBeLessThanOrEqual(width);
        expect(area.y + area.height).toBeLessThanOrEqual(height);
        expect(Math.abs(2 * area.x + area.width - width)).toBeLessThan(4);
        expect(Math.abs(2 * area.y + area.height - height)).toBeLessThan(4);
      }
      // Undistorted but for the pixel or two that even numbers cost.
      const [across, down] = [target.width / source.width, target.height / source.height];
      const rounding = 2 * Math.max(across, down, 1);
      expect(
        Math.abs(source.width * down - target.width) < rounding + 2 ||
          Math.abs(source.height * across - target.height) < rounding + 2,
      ).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('nothing is cut off of a picture that has to be whole', async () => {
  const probe = startProbe();
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const { source } = await fit(probe, { ...one, whole: true });
      expect([source.width, source.height]).toEqual(one.picture.map((length) => length - (length % 2)));
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['16:9', [1280, 720], { x: 0, y: 0, width: 640, height: 360 }],
  ['4:3', [640, 480], { x: 0, y: 0, width: 640, height: 360 }],
  ['square', [600, 600], { x: 140, y: 0, width: 360, height: 360 }],
  ['9:16', [720, 1280], { x: 218, y: 0, width: 202, height: 360 }],
] as const)(
  'a camera of %s in a tile of 16:9 fills it if no more than a quarter is lost',
  async (_, picture, expected) => {
    const { target } = await fit(startProbe(), { picture: [...picture], tile: [640, 360], whole: false });
    expect(target).toEqual(expected);
  },
);

it.each([
  ['a half', [1280, 720], [628, 354], { x: 12, y: 6, width: 1256, height: 708 }],
  ['a quarter', [1280, 720], [312, 176], { x: 16, y: 8, width: 1248, height: 704 }],
  ['its own size', [640, 360], [628, 354], { x: 6, y: 2, width: 628, height: 354 }],
] as const)(
  'a camera that would become little less than %s loses a little instead',
  async (_, picture, tile, expected) => {
    const { source } = await fit(startProbe(), { picture: [...picture], tile: [...tile], whole: false });
    expect(source).toEqual(expected);
  },
);
