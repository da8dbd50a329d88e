/** What is as quiet as nothing on the meter, in dBov. */
const QUIETEST_DBOV = -60;

/** How much of a meter a level fills, 0 to 1; undefined = silence. */
export function levelRatio(dbov: number | undefined): number {
  if (dbov === undefined) return 0;
  return Math.min(1, Math.max(0, 1 - dbov / QUIETEST_DBOV));
}
