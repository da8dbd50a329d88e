import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../figures.ts';
import type { BotPlan, Call } from './call.ts';
import { Crowd, type Media } from './crowd.ts';
import { cpuUsIn, total, type Usages, usagesOf, watch, type Window } from './window.ts';

/** How long to measure, and what the bots send. */
export interface MeasureOptions extends Media {
  warmUpMs: number;
  measureMs: number;
}

/** One measurement. CPU is that of the server's processes alone; packets are those that arrived, of video. */
export interface CallFigures {
  cpuUsPerPacket: number;
  cpuUsPerFrame: number;
  /** CPU in percent of one core, by the server's part. */
  cpuPercent: Record<string, number>;
  packets: number;
  packetsPerSecond: number;
  frames: number;
  /** Frames that were sent and did not arrive whole at somebody who should see them. */
  missingFrames: number;
  lostPackets: number;
  undecodableFrames: number;
  pictureIdJumps: number;
  keyFrameRequests: number;
  /** Frames that the senders left out because the machine had no time for them. */
  skippedFrames: number;
  /** UDP packets that found a full socket buffer, at the server or at a bot. */
  socketOverflows: number;
  soundPackets: number;
  /** CPU of the bots in percent of one core. */
  botsCpuPercent: number;
  /** How much of the whole machine nobody used, in percent. */
  machineIdlePercent: number;
  threadsPerPerson: number;
  residentMbPerPerson: number;
  delayP50Ms: number;
  delayP95Ms: number;
}

/** Lets the bots into the call, waits until everybody sees whom they should, and measures for a while. */
export async function measureCall(call: Call, options: MeasureOptions): Promise<CallFigures> {
  const crowd = await Crowd.start(call, options);
  try {
    const empty = await usagesOf(call.pids);
    await crowd.enter(call.phases);
    await pause(options.warmUpMs);
    const window = await watch(call.pids, crowd, options.measureMs);
    return figures({ call, plans: call.phases.flatMap(({ bots }) => bots), empty, ...window });
  } finally {
    await crowd.close();
  }
}

/** What the measurement says. Throws when somebody saw nothing at all: then there is nothing to compare. */
export function figures({
  call,
  plans,
  empty,
  before,
  after,
  elapsedMs,
  socketOverflows: overflows,
  botsCpuUs,
  machineIdle,
  books,
}: Window & { call: Pick<Call, 'people'>; plans: readonly BotPlan[]; empty: Usages }): CallFigures {
  const streams = plans.flatMap(({ name, sees }) =>
    sees.map((source) => {
      const found = books[name]?.streams.filter((stream) => stream.source === source && stream.frames > 0) ?? [];
      const [stream] = found;
      if (!stream) throw new Error(`${name} saw nothing of ${source} during the measurement`);
      if (found.length > 1) throw new Error(`${name} saw ${source} on ${found.length} streams`);
      return stream;
    }),
  );
  const sum = (
    field: 'packets' | 'frames' | 'missingFrames' | 'lostPackets' | 'undecodableFrames' | 'pictureIdJumps',
  ) => streams.reduce((all, stream) => all + stream[field], 0);
  const cpuUs = cpuUsIn({ before, after });
  const delays = streams.flatMap(({ delaysMs }) => delaysMs);
  const everyBook = Object.values(books);
  const sent = (field: 'keyFrameRequests' | 'skippedFrames') =>
    everyBook.reduce((all, book) => all + (book.sent?.[field] ?? 0), 0);
  return {
    cpuUsPerPacket: cpuUs / sum('packets'),
    cpuUsPerFrame: cpuUs / sum('frames'),
    cpuPercent: Object.fromEntries(
      Object.entries(after).map(([part, usage]) => [
        part,
        (usage.cpuUs - (before[part]?.cpuUs ?? 0)) / (elapsedMs * 10),
      ]),
    ),
    packets: sum('packets'),
    packetsPerSecond: (sum('packets') * 1000) / elapsedMs,
    frames: sum('frames'),
    missingFrames: sum('missingFrames'),
    lostPackets: sum('lostPackets'),
    undecodableFrames: sum('undecodableFrames'),
    pictureIdJumps: sum('pictureIdJumps'),
    keyFrameRequests: sent('keyFrameRequests'),
    skippedFrames: sent('skippedFrames'),
    socketOverflows: overflows,
    soundPackets: everyBook.flatMap(({ sounds }) => sounds).reduce((all, { packets }) => all + packets, 0),
    botsCpuPercent: botsCpuUs / (elapsedMs * 10),
    machineIdlePercent: machineIdle * 100,
    threadsPerPerson: (total(after, 'threads') - total(empty, 'threads')) / call.people,
    residentMbPerPerson: (total(after, 'residentBytes') - total(empty, 'residentBytes')) / call.people / 2 ** 20,
    delayP50Ms: percentile(delays, 0.5),
    delayP95Ms: percentile(delays, 0.95),
  };
}
