/** What is heard later than this after a pulse is not that pulse. */
const LATEST_US = 900_000;

/**
 * How long pulses were on their way, in milliseconds: each beginning that was heard belongs to the latest pulse before it. Both are in
 * microseconds of one clock; what belongs to no pulse is left out.
 */
export function soundDelaysMs(pulsesUs: readonly number[], beginningsUs: readonly number[]): number[] {
  const sorted = pulsesUs.toSorted((a, b) => a - b);
  return beginningsUs.flatMap((heardUs) => {
    const sentUs = sorted.findLast((us) => us <= heardUs);
    return sentUs === undefined || heardUs - sentUs > LATEST_US ? [] : [(heardUs - sentUs) / 1000];
  });
}
