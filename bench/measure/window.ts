import { setTimeout as pause } from 'node:timers/promises';
import type { Books } from '../load/bot-commands.ts';
import type { Crowd } from './crowd.ts';
import { socketOverflows, type Usage, usageOf } from './process-usage.ts';

/** What processes use, by their part. */
export type Usages = Record<string, Usage>;

/** What the processes use now. */
export async function usagesOf(pids: Record<string, number>): Promise<Usages> {
  const entries = Object.entries(pids).map(async ([part, pid]) => [part, await usageOf(pid)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The sum of one field. */
export function total(all: Usages, field: keyof Usage): number {
  return Object.values(all).reduce((sum, usage) => sum + usage[field], 0);
}

/** What happened in some time: what the server's processes had used before and after, and the books of the bots. */
export interface Window {
  before: Usages;
  after: Usages;
  elapsedMs: number;
  socketOverflows: number;
  books: Books;
}

/** Keeps the books for a while, or for as long as `meanwhile` takes. */
export async function watch(
  pids: Record<string, number>,
  crowd: Crowd,
  meanwhile: number | (() => Promise<unknown>),
): Promise<Window> {
  await crowd.take();
  const overflowsBefore = await socketOverflows();
  const [before, start] = [await usagesOf(pids), performance.now()];
  await (typeof meanwhile === 'number' ? pause(meanwhile) : meanwhile());
  const [after, elapsedMs] = [await usagesOf(pids), performance.now() - start];
  const overflows = (await socketOverflows()) - overflowsBefore;
  return { before, after, elapsedMs, socketOverflows: overflows, books: await crowd.take() };
}

/** The CPU in microseconds that was used in a window. */
export function cpuUsIn({ before, after }: Pick<Window, 'before' | 'after'>): number {
  return total(after, 'cpuUs') - total(before, 'cpuUs');
}
