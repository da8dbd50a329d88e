import type { CallFigures } from './measure-call.ts';

/** How bad a call may be. */
export interface Limits {
  missingPercent: number;
  delayP95Ms: number;
}

/** A call of one size: what was measured, or nothing when it did not come about; `broken` = the limit that it broke. */
export interface Step {
  people: number;
  figures: CallFigures | null;
  broken: string | null;
}

/** The share of the frames that never came. */
function missingPercent({ frames, missingFrames }: Pick<CallFigures, 'frames' | 'missingFrames'>): number {
  return (100 * missingFrames) / (frames + missingFrames);
}

/** Which limit a call breaks; null when none. */
export function brokenLimit(figures: CallFigures, limits: Limits): string | null {
  const missing = missingPercent(figures);
  if (missing > limits.missingPercent) return `${missing.toFixed(1)} % of the frames are missing`;
  if (figures.delayP95Ms > limits.delayP95Ms)
    return `the delay is ${figures.delayP95Ms.toFixed(0)} ms at the 95th percentile`;
  return null;
}

/** Measures a call of one size; one that cannot come about, or in which somebody sees nothing, is broken as well. */
export async function step(
  people: number,
  measure: (people: number) => Promise<CallFigures>,
  limits: Limits,
): Promise<Step> {
  try {
    const figures = await measure(people);
    return { people, figures, broken: brokenLimit(figures, limits) };
  } catch (error) {
    return { people, figures: null, broken: error instanceof Error ? error.message : String(error) };
  }
}

const percents = ({ cpuPercent, botsCpuPercent, machineIdlePercent }: CallFigures) => ({
  'server CPU %': Object.values(cpuPercent).reduce((sum, percent) => sum + percent, 0),
  'bots CPU %': botsCpuPercent,
  'machine idle %': machineIdlePercent,
});

/** Steps with more and more people as a row of the table: the greatest call that held, and the first that did not. */
export function growthRow(steps: readonly Step[]): Record<string, number> {
  const held = steps.findLast(({ broken }) => broken === null);
  const broke = steps.find(({ broken }) => broken !== null);
  const there = broke?.figures;
  return {
    people: held?.people ?? 0,
    ...(held?.figures && {
      ...percents(held.figures),
      'delay p95 ms': held.figures.delayP95Ms,
      'frames missing %': missingPercent(held.figures),
    }),
    ...(broke && { 'broke at': broke.people }),
    ...(there && {
      ...Object.fromEntries(Object.entries(percents(there)).map(([name, value]) => [`${name} there`, value])),
      'delay p95 ms there': there.delayP95Ms,
      'frames missing % there': missingPercent(there),
    }),
  };
}
