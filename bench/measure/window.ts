import { setTimeout as pause } from 'node:timers/promises';
import type { Books } from '../load/bot-commands.ts';
import type { Crowd } from './crowd.ts';
import { machineTime, socketOverflows, type Usage, usageOf } from './process-usage.ts';

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
  /** What the processes of the bots used. */
  botsCpuUs: number;
  /** How much of the machine, of 1, nobody used. */
  machineIdle: number;
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
  const [botsBefore, machineBefore] = [await usagesOf(crowd.pids), await machineTime()];
  const [before, start] = [await usagesOf(pids), performance.now()];
  await (typeof meanwhile === 'number' ? pause(meanwhile) : meanwhile());
  const [after, elapsedMs] = [await usagesOf(pids), performance.now() - start];
  const [botsAfter, machineAfter] = [await usagesOf(crowd.pids), await machineTime()];
  return {
    before,
    after,
    elapsedMs,
    socketOverflows: (await socketOverflows()) - overflowsBefore,
    botsCpuUs: cpuUsIn({ before: botsBefore, after: botsAfter }),
    machineIdle: (machineAfter.idle - machineBefore.idle) / (machineAfter.all - machineBefore.all),
    books: await crowd.take(),
  };
}

/** The CPU in microseconds that was used in a window. */
export function cpuUsIn({ before, after }: Pick<Window, 'before' | 'after'>): number {
  return total(after, 'cpuUs') - total(before, 'cpuUs');
}
