import { z } from 'zod';
import { StreamRef } from './view.ts';

/** The most tiles in a grid. */
export const MAX_TILES = 25;

/**
 * A tile of a grid: a person, or what a person shows of a screen. `stream` = the picture in it, null where there is none to be shown;
 * `name` is written on it; `speaker` = it is marked as the one of who has the floor; `screen` = it is the biggest one, and shown whole.
 */
export const GridTile = z.object({
  name: z.string().max(1000),
  stream: StreamRef.nullable(),
  speaker: z.boolean(),
  screen: z.boolean(),
});
/** See {@link GridTile}. */
export type GridTile = z.infer<typeof GridTile>;

/** The tiles of a room's grid in reading order; of several screens the first is the biggest tile. */
export const GridTiles = z.array(GridTile).max(MAX_TILES);
/** See {@link GridTiles}. */
export type GridTiles = z.infer<typeof GridTiles>;
