import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** What a process has used since its start (`cpuUs`, user and system) and has now. */
export interface Usage {
  cpuUs: number;
  residentBytes: number;
  threads: number;
}

/** User and system time in microseconds out of the text of `/proc/PID/stat` (proc(5)). */
export function cpuUsOf(stat: string, ticksPerSecond: number): number {
  // The second field is the program's name in brackets and may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
}

/** A number out of the text of `/proc/PID/status`; kilobytes where the kernel says so. */
export function statusField(status: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status);
  if (!found) throw new Error(`the status has no ${name}`);
  return Number(found[1]);
}

/** What a process uses. */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'latin1'),
    readFile(`/proc/${pid}/status`, 'latin1'),
  ]);
  return {
    cpuUs: cpuUsOf(stat, TICKS_PER_SECOND),
    residentBytes: statusField(status, 'VmRSS') * 1024,
    threads: statusField(status, 'Threads'),
  };
}

/** The children of a process. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return text.split(' ').filter(Boolean).map(Number);
}
