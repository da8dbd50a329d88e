import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridFormat } from '../../../src/protocol/grid-format.ts';
import { MAX_TILES } from '../../../src/protocol/media-ipc/grid.ts';
import { type Area, layOut } from '../../../src/worker/grid-layout.ts';

/** What the speaker's frame takes around a tile. */
const FRAME = 4;

const even = (min: number, max: number) => fc.integer({ min: min / 2, max: max / 2 }).map((half) => 2 * half);
const pictures = fc.record({
  width: even(320, 3840),
  height: even(320, 2160),
  count: fc.integer({ min: 1, max: MAX_TILES }),
  big: fc.boolean(),
});
type Case = typeof pictures extends fc.Arbitrary<infer T> ? T : never;

const tilesOf = ({ width, height, count, big }: Case) => layOut(width, height, count, big);
const always = (property: (tiles: Area[], picture: Case) => void) => {
  fc.assert(
    fc.property(pictures, (picture) => {
      property(tilesOf(picture), picture);
    }),
    { numRuns: 2000 },
  );
};
const overlap = (a: Area, b: Area, frame: number) =>
  a.x < b.x + b.width + frame &&
  b.x < a.x + a.width + frame &&
  a.y < b.y + b.height + frame &&
  b.y < a.y + a.height + frame;
const size = ({ width, height }: Area) => width * height;

describe('the tiles of a grid', () => {
  it('are as many as were asked for, and lie inside the picture with the speaker’s frame around them', () => {
    always((tiles, { width, height, count }) => {
      expect(tiles.length).toBe(count);
      for (const tile of tiles) {
        expect(Math.min(tile.x, tile.y)).toBeGreaterThanOrEqual(FRAME);
        expect(tile.x + tile.width + FRAME).toBeLessThanOrEqual(width);
        expect(tile.y + tile.height + FRAME).toBeLessThanOrEqual(height);
        expect(Math.min(tile.width, tile.height)).toBeGreaterThanOrEqual(16);
      }
    });
  });

  it('never overlap, not even the frames around them', () => {
    always((tiles) => {
      const overlapping = tiles.filter((tile, index) =>
        tiles.slice(index + 1).some((other) => overlap(tile, other, 2 * FRAME)),
      );
      expect(overlapping).toEqual([]);
    });
  });

  it('are of 16:9, on even numbers', () => {
    always((tiles) => {
      for (const { x, y, width, height } of tiles) {
        expect([x, y, width, height].every((number) => number % 2 === 0)).toBe(true);
        expect(Math.abs(width - (height * 16) / 9)).toBeLessThan(2 + 32 / 9);
      }
    });
  });

  it('are in reading order, row after row, none of which is longer than the one above', () => {
    always((tiles, { big }) => {
      const people = big ? tiles.slice(1) : tiles;
      const rows = new Map<number, Area[]>();
      for (const tile of people) rows.set(tile.y, [...(rows.get(tile.y) ?? []), tile]);
      const inOrder = [...rows.keys()].sort((a, b) => a - b).flatMap((y) => rows.get(y) ?? []);
      expect(people).toEqual(inOrder);
      for (const row of rows.values())
        expect(row.map(({ x }) => x)).toEqual(row.map(({ x }) => x).sort((a, b) => a - b));
      const lengths = [...rows.values()].map(({ length }) => length);
      expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
      expect(Math.max(0, ...lengths) - Math.min(Infinity, ...lengths)).toBeLessThanOrEqual(1);
    });
  });

  it('are all of one size but for the screen, than which none is larger', () => {
    always((tiles, { big, count }) => {
      const [first, ...others] = tiles;
      if (big) for (const other of others) expect(size(other)).toBeLessThanOrEqual(size(first!));
      const people = big && count > 1 ? others : tiles;
      expect(new Set(people.map(({ width, height }) => `${width}x${height}`)).size).toBe(1);
    });
  });

  it('stay where they are when nothing changes, and get no larger when there are more of them', () => {
    always((tiles, { width, height, count, big }) => {
      expect(layOut(width, height, count, big)).toEqual(tiles);
      const more = layOut(width, height, count + 1, big);
      expect(size(more.at(-1)!)).toBeLessThanOrEqual(size(tiles.at(-1)!));
    });
  });

  it.each([
    [1, [1]],
    [2, [2]],
    [3, [2, 1]],
    [4, [2, 2]],
    [5, [3, 2]],
    [7, [3, 2, 2]],
    [9, [3, 3, 3]],
    [10, [4, 3, 3]],
    [16, [4, 4, 4, 4]],
    [25, [5, 5, 5, 5, 5]],
  ])('%i in a picture of 16:9 are in rows of %j', (count, rows) => {
    const { width, height } = GridFormat.parse({});
    const tiles = layOut(width, height, count);
    const ys = [...new Set(tiles.map(({ y }) => y))];
    expect(ys.map((y) => tiles.filter((tile) => tile.y === y).length)).toEqual(rows);
  });

  it('beside a screen in a picture of 16:9 are at most a ninth of it', () => {
    const { width, height } = GridFormat.parse({});
    for (let count = 2; count <= MAX_TILES; count++) {
      const [screen, ...others] = layOut(width, height, count, true);
      for (const other of others) expect(size(screen!) / size(other)).toBeGreaterThan(9);
    }
  });

  it('beside a screen in a picture that is higher than wide are below it', () => {
    const [screen, ...others] = layOut(720, 1280, 4, true);
    for (const { y } of others) expect(y).toBeGreaterThan(screen!.y + screen!.height);
  });
});
