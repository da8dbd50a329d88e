import type { Entrance } from '../load/entrances.ts';
import type { BotPlan } from '../measure/call.ts';

const RECEIVERS_PER_PROCESS = 30;

/** The numbers from 0 to below `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Bots that send nothing and see the sender of number 0. */
export function receiversOf(count: number, entrance: (index: number) => Entrance): BotPlan[] {
  return range(count).map((index) => ({
    name: `receiver-${index}`,
    process: `receivers ${Math.floor(index / RECEIVERS_PER_PROCESS)}`,
    entrance: entrance(index),
    source: null,
    sees: [0],
  }));
}
