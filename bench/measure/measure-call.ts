import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../figures.ts';
import type { Books } from '../load/bot-commands.ts';
import { BotHost } from '../load/bot-host.ts';
import type { BotPlan, Call } from './call.ts';
import { socketOverflows, type Usage, usageOf } from './process-usage.ts';

const SIGHT_TIMEOUT_MS = 20_000;

/** How long to measure, and what the bots send. */
export interface MeasureOptions {
  clipFolder: string;
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
  threadsPerPerson: number;
  residentMbPerPerson: number;
  delayP50Ms: number;
  delayP95Ms: number;
}

type Usages = Record<string, Usage>;

async function usages(call: Call): Promise<Usages> {
  const entries = Object.entries(call.pids).map(async ([part, pid]) => [part, await usageOf(pid)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

const total = (all: Usages, field: keyof Usage) => Object.values(all).reduce((sum, usage) => sum + usage[field], 0);

/** Lets the bots into the call, waits until everybody sees whom they should, and measures for a while. */
export async function measureCall(call: Call, options: MeasureOptions): Promise<CallFigures> {
  const hosts = new Map<string, BotHost>();
  try {
    const plans = call.phases.flatMap(({ bots }) => bots);
    for (const name of new Set(plans.map((plan) => plan.process)))
      hosts.set(name, await BotHost.start(options.clipFolder));
    const empty = await usages(call);
    await letIn(call, hosts);
    await pause(options.warmUpMs);
    const window = await watch(call, [...hosts.values()], options.measureMs);
    return figures({ call, plans, empty, ...window });
  } finally {
    await Promise.all([...hosts.values()].map((host) => host.close()));
  }
}

async function letIn(call: Call, hosts: Map<string, BotHost>): Promise<void> {
  const host = ({ name, process }: BotPlan) => {
    const found = hosts.get(process);
    if (!found) throw new Error(`${name} has no process`);
    return found;
  };
  for (const { bots, then } of call.phases) {
    for (const bot of bots) await host(bot).join(bot.name, bot.source, bot.entrance);
    await then?.();
  }
  const watchers = call.phases.flatMap(({ bots }) => bots).filter(({ sees }) => sees.length > 0);
  await Promise.all(watchers.map((bot) => host(bot).see(bot.name, bot.sees, SIGHT_TIMEOUT_MS)));
}

interface Window {
  before: Usages;
  after: Usages;
  elapsedMs: number;
  socketOverflows: number;
  books: Books;
}

async function watch(call: Call, hosts: BotHost[], measureMs: number): Promise<Window> {
  const take = async () => Object.assign({}, ...(await Promise.all(hosts.map((host) => host.take())))) as Books;
  await take();
  const overflowsBefore = await socketOverflows();
  const [before, start] = [await usages(call), performance.now()];
  await pause(measureMs);
  const [after, elapsedMs] = [await usages(call), performance.now() - start];
  const overflows = (await socketOverflows()) - overflowsBefore;
  return { before, after, elapsedMs, socketOverflows: overflows, books: await take() };
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
  const cpuUs = total(after, 'cpuUs') - total(before, 'cpuUs');
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
    soundPackets: everyBook.reduce((all, { soundPackets }) => all + soundPackets, 0),
    threadsPerPerson: (total(after, 'threads') - total(empty, 'threads')) / call.people,
    residentMbPerPerson: (total(after, 'residentBytes') - total(empty, 'residentBytes')) / call.people / 2 ** 20,
    delayP50Ms: percentile(delays, 0.5),
    delayP95Ms: percentile(delays, 0.95),
  };
}
