/** A tile with a small picture. */
export interface PictureTile {
  /** Whether it can be seen at the moment. */
  visible: boolean;
  /** Whether its picture is on the way. */
  loading: boolean;
  /** When its picture was asked for last; -Infinity = never. */
  askedAtMs: number;
}

/** How old a picture becomes before it is asked for anew. */
export const PICTURE_AGE_MS = 2000;
const MOST_AT_A_TIME = 2;

/** Which picture to ask for next: of the tiles that can be seen, the one that has waited longest, if it is time. */
export function nextPicture(tiles: ReadonlyMap<string, PictureTile>, nowMs: number): string | undefined {
  const all = [...tiles];
  if (all.filter(([, { loading }]) => loading).length >= MOST_AT_A_TIME) return undefined;
  const due = all.filter(([, tile]) => tile.visible && !tile.loading && nowMs - tile.askedAtMs >= PICTURE_AGE_MS);
  return due.sort(([, a], [, b]) => a.askedAtMs - b.askedAtMs)[0]?.[0];
}
