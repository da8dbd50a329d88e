import { z } from 'zod';

const even = (least: number, most: number) => z.int().min(least).max(most).multipleOf(2, 'must be even');

/** The one picture of a room in the layout `grid`: the same for all rooms, for as long as they live. */
export const GridFormat = z.strictObject({
  /** In pixels, even. */
  width: even(320, 3840).default(1280),
  /** In pixels, even. */
  height: even(320, 2160).default(720),
  /** Pictures in a second. */
  frameRate: z.int().min(1).max(60).default(30),
  /** What the picture takes on the way to each who sees it, about. */
  bitrateBps: z.int().min(100_000).max(50_000_000).default(2_000_000),
});
/** See {@link GridFormat}. */
export type GridFormat = z.infer<typeof GridFormat>;
