/** Where a box lies, in pixels from the upper left corner of the stage. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How many boxes go beside and below each other, and how large each is. */
export interface Tiling {
  columns: number;
  rows: number;
  width: number;
  height: number;
}

/** The widest and the narrowest shape of a box, as width by height: pictures of cameras are cut to it. */
const WIDEST = 16 / 9;
const NARROWEST = { lying: 4 / 3, upright: 1 };

function fit(width: number, height: number, narrowest: number): { width: number; height: number } {
  if (width > height * WIDEST) return { width: height * WIDEST, height };
  return width < height * narrowest ? { width, height: width / narrowest } : { width, height };
}

/** The tiling that makes `count` boxes (one at least) as large as they can be; `narrowest` = the narrowest shape they may have. */
export function tile(
  count: number,
  width: number,
  height: number,
  gap: number,
  narrowest = height > width ? NARROWEST.upright : NARROWEST.lying,
): Tiling {
  let best: Tiling = { columns: 1, rows: count, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const box = fit(
      Math.max(0, (width - (columns - 1) * gap) / columns),
      Math.max(0, (height - (rows - 1) * gap) / rows),
      narrowest,
    );
    if (box.width * box.height > best.width * best.height) best = { columns, rows, ...box };
  }
  return best;
}

/** The boxes of a tiling, row by row, in the middle of an area; a last row that is not full stands in the middle. */
function place(count: number, area: Rectangle, gap: number, narrowest?: number): Rectangle[] {
  if (count === 0) return [];
  const { columns, rows, width, height } = tile(count, area.width, area.height, gap, narrowest);
  const top = area.top + (area.height - rows * height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = area.left + (area.width - inRow * width - (inRow - 1) * gap) / 2;
    return { left: left + (index % columns) * (width + gap), top: top + row * (height + gap), width, height };
  });
}

/** The part of the stage that large boxes leave to the others, and between which pixels it lies. */
const STRIP = { share: 0.22, smallest: 84, largest: 260 };

/**
 * Where boxes lie on a stage of `width` by `height`. `large` says of each whether it should be large: then the others stand in a strip
 * beside it, or, on a stage that is higher than wide, below it.
 */
export function arrange(large: readonly boolean[], width: number, height: number, gap: number): Rectangle[] {
  const all = { left: 0, top: 0, width, height };
  const largeCount = large.filter(Boolean).length;
  if (largeCount === 0 || largeCount === large.length) return place(large.length, all, gap);
  const upright = height > width;
  const length = upright ? height : width;
  const strip = Math.min(STRIP.largest, Math.max(STRIP.smallest, length * STRIP.share), length / 2);
  const rest = length - strip - gap;
  const bigArea = upright ? { ...all, height: rest } : { ...all, width: rest };
  const big = place(largeCount, bigArea, gap, upright ? WIDEST : NARROWEST.lying);
  const small = place(
    large.length - largeCount,
    upright ? { ...all, top: rest + gap, height: strip } : { ...all, left: rest + gap, width: strip },
    gap,
  );
  const next = { big: 0, small: 0 };
  return large.map((isLarge) => (isLarge ? big[next.big++] : small[next.small++]) ?? { ...all, width: 0, height: 0 });
}
