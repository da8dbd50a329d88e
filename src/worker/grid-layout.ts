/** A part of a picture, in pixels from its upper left corner; all numbers are even. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

const TILE_WIDTH = 16;
const TILE_HEIGHT = 9;
/** The share of the longer side that is left to the people beside a screen. */
const STRIP_SHARE = 0.25;
/** The distance between tiles: room for the frame around the speaker's, which is 4 wide. */
const LEAST_GAP = 8;
const GAP_SHARE = 1 / 90;

const even = (length: number) => 2 * Math.floor(length / 2);

/**
 * Where the tiles of a picture lie, in reading order: all of one size and of 16:9, as large as they can be, in rows of which none is
 * longer than another by more than one. With `big` the first one is a screen: it takes three quarters of the picture, and the others
 * the rest, to its right or, in a picture that is higher than wide, below.
 *
 * @param width of the picture, even
 * @param height of the picture, even
 * @param count how many tiles
 */
export function layOut(width: number, height: number, count: number, big = false): Area[] {
  const gap = Math.max(LEAST_GAP, even(Math.min(width, height) * GAP_SHARE));
  const inner = { x: gap / 2, y: gap / 2, width: width - gap, height: height - gap };
  if (!big || count < 2) return tilesIn(inner, count, gap);
  const [screen, strip] = split(inner);
  return [...tilesIn(screen, 1, gap), ...tilesIn(strip, count - 1, gap)];
}

function split(area: Area): [Area, Area] {
  const { x, y, width, height } = area;
  if (height > width) {
    const strip = even(height * STRIP_SHARE);
    return [
      { ...area, height: height - strip },
      { ...area, y: y + height - strip, height: strip },
    ];
  }
  const strip = even(width * STRIP_SHARE);
  return [
    { ...area, width: width - strip },
    { ...area, x: x + width - strip, width: strip },
  ];
}

/** Tiles with half a gap on every side. */
function tilesIn(area: Area, count: number, gap: number): Area[] {
  if (count === 0) return [];
  const candidates = Array.from({ length: count }, (_, index) => sizeWith(area, count, index + 1, gap));
  const { columns, width, height } = candidates.reduce((best, other) =>
    other.width * other.height > best.width * best.height ? other : best,
  );
  const rows = rowsOf(count, Math.ceil(count / columns));
  const top = area.y + even((area.height - rows.length * (height + gap)) / 2);
  return rows.flatMap((length, row) => {
    const left = area.x + even((area.width - length * (width + gap)) / 2);
    return Array.from({ length }, (_, column) => ({
      x: left + column * (width + gap) + gap / 2,
      y: top + row * (height + gap) + gap / 2,
      width,
      height,
    }));
  });
}

function sizeWith(area: Area, count: number, columns: number, gap: number) {
  const rows = Math.ceil(count / columns);
  const widest = area.width / columns - gap;
  const highest = area.height / rows - gap;
  const scale = Math.min(widest / TILE_WIDTH, highest / TILE_HEIGHT);
  return { columns, width: even(scale * TILE_WIDTH), height: even(scale * TILE_HEIGHT) };
}

/** The lengths of rows that are as even as they can be, longer ones first. */
function rowsOf(count: number, rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => Math.floor(count / rows) + (row < count % rows ? 1 : 0));
}
