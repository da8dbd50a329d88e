import { describe, expect, it } from 'vitest';
import {
  exponent,
  exponentOnStreams,
  marginalMbPerPerson,
  marginalUsPerPacket,
  ratioRows,
  ratios,
  ratioSpreads,
  type Series,
  spread,
} from '../../../bench/measure/compare.ts';
import { type CallFigures, figures } from '../../../bench/measure/measure-call.ts';
import {
  cpuUsOf,
  machineTimeOf,
  socketOverflowsOf,
  statusField,
  usageOf,
} from '../../../bench/measure/process-usage.ts';

const run = (cpuUsPerPacket: number, packetsPerSecond = 1000) => ({ cpuUsPerPacket, packetsPerSecond }) as CallFigures;
const series = (candidate: string, size: number, runs: CallFigures[]): Series => ({ candidate, size, runs });

describe('a comparison', () => {
  it('has the middle of its runs and how far they lie apart', () => {
    expect(spread([5, 1, 9, 3, 4])).toEqual({ median: 4, min: 1, max: 9 });
  });

  it('compares runs that stood next to each other', () => {
    const all = [
      series('ours', 30, [run(10), run(40), run(30)]),
      series('peer', 30, [run(5), run(10), run(10)]),
      series('ours', 60, [run(8)]),
      series('peer', 60, [run(4)]),
    ];
    const compared = ratioSpreads(all, 'ours', 30);
    expect(ratios(compared)).toEqual({ peer: 3, 'peer, 60': 2 });
    expect(ratioRows(compared)['ours / peer']).toEqual({ ratio: 3, least: 2, most: 4 });
  });

  it('tells what a packet more costs beside what the server costs anyway', () => {
    const cost = (packets: number) => run((20_000 + 15 * packets) / packets, packets);
    const all = [1000, 3000, 6000].map((packets, size) => series('ours', size, [cost(packets)]));
    expect(marginalUsPerPacket(all)).toBeCloseTo(15);
    expect(marginalUsPerPacket(all.slice(1, 2))).toBeNull();
  });

  it('tells what a person more holds beside what the room holds anyway', () => {
    const holding = (people: number) => ({ residentMbPerPerson: (18 + 1.2 * people) / people }) as CallFigures;
    const all = [10, 30, 60].map((people) => series('ours', people, [holding(people)]));
    expect(marginalMbPerPerson(all)).toBeCloseTo(1.2);
    expect(marginalMbPerPerson(all.slice(0, 1))).toBeNull();
  });
});

describe('the growth of the CPU', () => {
  it('is the exponent of a power', () => {
    expect(exponent([1, 5, 20].map((x) => ({ x, y: 3 * x ** 1.5 })))).toBeCloseTo(1.5);
    expect(exponent([{ x: 1, y: 1 }])).toBeNull();
  });

  it('is one on streams when each packet costs the same, and more when it costs more in a greater call', () => {
    const gallery = (people: number, costUs: number) =>
      series('ours', people, [run(costUs, people * (people - 1) * 60)]);
    expect(exponentOnStreams([gallery(4, 10), gallery(6, 10), gallery(10, 10)])?.median).toBeCloseTo(1);
    expect(exponentOnStreams([gallery(4, 10), gallery(6, 20), gallery(10, 40)])?.median).toBeGreaterThan(1.5);
    expect(exponentOnStreams([gallery(4, 10)])).toBeNull();
  });
});

describe('a measurement', () => {
  const usage = (cpuUs: number, threads: number) => ({ cpuUs, threads, residentBytes: threads * 2 ** 20 });
  const stream = (source: number, frames: number, missingFrames = 0) => ({
    source,
    packets: frames * 5,
    bytes: 0,
    lostPackets: missingFrames,
    frames,
    keyFrames: 1,
    brokenFrames: 0,
    foreignFrames: 0,
    missingFrames,
    undecodableFrames: 0,
    pictureIdJumps: 0,
    delaysMs: Array.from({ length: frames }, (_, index) => index),
    largestGapMs: 33,
  });
  const book = (streams: ReturnType<typeof stream>[]) => ({
    sent: null,
    sentSoundPackets: 0,
    sentPulsesUs: [],
    streams,
    sounds: [],
  });
  const plan = (name: string, sees: number[]) => ({
    name,
    process: 'bots',
    entrance: { kind: 'udp', port: 1 } as const,
    source: null,
    sees,
  });
  const measured = {
    call: { people: 2 },
    plans: [plan('a', [0, 1]), plan('b', [])],
    empty: { worker: usage(0, 10) },
    before: { worker: usage(1000, 12) },
    after: { worker: usage(4000, 20) },
    elapsedMs: 10,
    socketOverflows: 0,
    botsCpuUs: 5000,
    machineIdle: 0.25,
  };

  it('shares the CPU among the packets that arrived where they should', () => {
    const books = { a: book([stream(0, 100), stream(1, 98, 2)]), b: book([stream(5, 1000)]) };
    expect(figures({ ...measured, books })).toMatchObject({
      packets: 990,
      cpuUsPerPacket: 3000 / 990,
      cpuUsPerFrame: 3000 / 198,
      cpuPercent: { worker: 30 },
      botsCpuPercent: 50,
      machineIdlePercent: 25,
      missingFrames: 2,
      threadsPerPerson: 5,
      residentMbPerPerson: 5,
    });
  });

  it('fails when somebody saw nothing of a sender', () => {
    const books = { a: book([stream(0, 100), stream(1, 0)]), b: book([]) };
    expect(() => figures({ ...measured, books })).toThrow('a saw nothing of 1');
  });
});

describe('the use of a process', () => {
  it('is read past any name of a program', () => {
    const stat = '12 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0';
    expect(cpuUsOf(stat, 100)).toBe(2_000_000);
    expect(statusField('Name:\tx\nVmRSS:\t  123 kB\nThreads:\t4\n', 'VmRSS')).toBe(123);
    expect(() => statusField('Name:\tx\n', 'Threads')).toThrow('no Threads');
  });

  it('leaves a part of the machine unused', () => {
    expect(machineTimeOf('cpu  10 1 5 100 20 2 3 4 9 0\ncpu0 1 2 3 4\n')).toEqual({ all: 145, idle: 120 });
    expect(() => machineTimeOf('intr 1')).toThrow('no figures of the CPU');
  });

  it('has the packets that found no room in a socket', () => {
    const snmp =
      'Ip: Forwarding\nIp: 1\nUdp: InDatagrams InErrors RcvbufErrors\nUdp: 10 3 2\nUdpLite: RcvbufErrors\nUdpLite: 9\n';
    expect(socketOverflowsOf(snmp)).toBe(2);
    expect(() => socketOverflowsOf('Ip: 1')).toThrow('no figures');
  });

  it('is read of a process that runs, and not of one that does not', async () => {
    const own = await usageOf(process.pid);
    expect(own.threads).toBeGreaterThan(1);
    expect(own.residentBytes).toBeGreaterThan(10 * 2 ** 20);
    await expect(usageOf(2 ** 22 + 1)).rejects.toThrow('ENOENT');
  });
});
