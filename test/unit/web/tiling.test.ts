import { describe, expect, test } from 'vitest';
import { arrange, type Rectangle, tile } from '../../../src/web/room/tiling.ts';

const SCREENS = [
  { width: 1280, height: 640 },
  { width: 1920, height: 1000 },
  { width: 360, height: 640 },
  { width: 740, height: 260 },
  { width: 600, height: 600 },
];
const overlap = (a: Rectangle, b: Rectangle) =>
  Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left) > 0.01 &&
  Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top) > 0.01;

function expectApartAndInside(boxes: Rectangle[], width: number, height: number): void {
  for (const [index, box] of boxes.entries()) {
    expect(box.left).toBeGreaterThanOrEqual(-0.01);
    expect(box.top).toBeGreaterThanOrEqual(-0.01);
    expect(box.left + box.width).toBeLessThanOrEqual(width + 0.01);
    expect(box.top + box.height).toBeLessThanOrEqual(height + 0.01);
    expect(box.width * box.height).toBeGreaterThan(0);
    expect(boxes.slice(index + 1).filter((other) => overlap(box, other))).toEqual([]);
  }
}

describe('a tiling', () => {
  test('has the columns and rows that make the boxes largest', () => {
    const shape = (count: number, width: number, height: number) => {
      const { columns, rows } = tile(count, width, height, 12);
      return `${columns}x${rows}`;
    };
    expect([1, 2, 4, 9, 25].map((count) => shape(count, 1280, 640))).toEqual(['1x1', '2x1', '2x2', '3x3', '5x5']);
    expect([1, 2, 4, 9].map((count) => shape(count, 360, 640))).toEqual(['1x1', '1x2', '1x4', '2x5']);
  });

  test('keeps boxes between 4:3 and 16:9, and on a stage that is higher than wide between 1:1 and 16:9', () => {
    for (const { width, height } of SCREENS)
      for (let count = 1; count <= 25; count++) {
        const box = tile(count, width, height, 8);
        expect(box.width / box.height).toBeLessThanOrEqual(16 / 9 + 0.01);
        expect(box.width / box.height).toBeGreaterThanOrEqual((height > width ? 1 : 4 / 3) - 0.01);
        expect(box.columns * box.rows).toBeGreaterThanOrEqual(count);
      }
  });
});

describe('the boxes of a stage', () => {
  test('lie apart and inside, from 1 to 26, on any screen', () => {
    for (const { width, height } of SCREENS)
      for (let count = 1; count <= 26; count++) {
        const boxes = arrange(Array<boolean>(count).fill(false), width, height, 8);
        expect(boxes).toHaveLength(count);
        expectApartAndInside(boxes, width, height);
      }
  });

  test('that are large have most of it, and the others stand beside them', () => {
    for (const { width, height } of SCREENS)
      for (const largeCount of [1, 2]) {
        const large = Array.from({ length: 10 }, (_, index) => index % 4 === 1 && index / 4 < largeCount);
        const boxes = arrange(large, width, height, 8);
        expectApartAndInside(boxes, width, height);
        const area = ({ width: w, height: h }: Rectangle) => w * h;
        const smallest = Math.min(...boxes.filter((_, index) => large[index]).map(area));
        const largest = Math.max(...boxes.filter((_, index) => !large[index]).map(area));
        expect(smallest).toBeGreaterThan(2 * largest);
      }
  });

  test('are none when there are none, and share the stage when all are large', () => {
    expect(arrange([], 800, 600, 8)).toEqual([]);
    expect(arrange([true, true], 1280, 640, 8)).toEqual(arrange([false, false], 1280, 640, 8));
  });
});
