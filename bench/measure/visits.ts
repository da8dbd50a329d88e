import { setTimeout as pause } from 'node:timers/promises';
import type { BotPlan } from './call.ts';
import type { Crowd } from './crowd.ts';

const AFTER_A_FAILURE_MS = 500;

/** Visits that were made: how long each visitor took to see whom they should, and how many never got there. */
export interface Visits {
  joinMs: number[];
  failures: string[];
}

/** Lets every visitor come and go, again and again as fast as they can, for some time. */
export async function visitFor(
  crowd: Pick<Crowd, 'admit' | 'dismiss'>,
  visitors: readonly BotPlan[],
  ms: number,
): Promise<Visits> {
  const visits: Visits = { joinMs: [], failures: [] };
  const end = performance.now() + ms;
  const comeAndGo = async (visitor: BotPlan) => {
    while (performance.now() < end) {
      try {
        visits.joinMs.push(await crowd.admit(visitor));
      } catch (error) {
        visits.failures.push(error instanceof Error ? error.message : String(error));
        await pause(AFTER_A_FAILURE_MS);
      } finally {
        await crowd.dismiss(visitor);
      }
    }
  };
  await Promise.all(visitors.map(comeAndGo));
  return visits;
}
