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

/** UDP packets that found the socket's buffer full, out of the text of `/proc/net/snmp`: one line of names, one of numbers. */
export function socketOverflowsOf(snmp: string): number {
  const [names = [], numbers = []] = [...snmp.matchAll(/^Udp: (.*)$/gm)].map(([, line = '']) => line.split(' '));
  const index = names.indexOf('RcvbufErrors');
  if (index < 0) throw new Error('there are no figures of UDP');
  return Number(numbers[index]);
}

/** UDP packets of this network that found the socket's buffer full, at whatever receiver. */
export async function socketOverflows(): Promise<number> {
  return socketOverflowsOf(await readFile('/proc/net/snmp', 'latin1'));
}

/** Time of all cores since the start of the machine, in ticks: all of it, and what nobody used. */
export interface MachineTime {
  all: number;
  idle: number;
}

/** The time of all cores out of the text of `/proc/stat` (proc(5)). */
export function machineTimeOf(stat: string): MachineTime {
  const found = /^cpu +(.*)$/m.exec(stat)?.[1];
  if (found === undefined) throw new Error('there are no figures of the CPU');
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...rest] = found.split(' ').map(Number);
  const [hard = 0, soft = 0, stolen = 0] = rest; // what guests use is in the user's time already
  const unused = idle + waiting;
  return { all: user + nice + system + unused + hard + soft + stolen, idle: unused };
}

/** The time of all cores until now. */
export async function machineTime(): Promise<MachineTime> {
  return machineTimeOf(await readFile('/proc/stat', 'latin1'));
}

/** The children of a process. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return text.split(' ').filter(Boolean).map(Number);
}
