// The signalling server beside the one that it stands in for: the CPU of a relayed message, how long it takes, an idle socket's memory.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Figures, percentile, report } from './figures.ts';
import { Chatter } from './load/chatter.ts';
import { openIdleSockets } from './load/idle-sockets.ts';
import { rounded, spread } from './measure/compare.ts';
import { allowSockets } from './measure/open-files.ts';
import { usageOf } from './measure/process-usage.ts';
import { BRIDGES, type BridgeCandidate, type RunningBridge } from './peers/bridges.ts';

const OURS = 'webstreamer';
const PEER = 'rtcmulticonnection-server';
const WARM_UP_MS = 2000;
const SETTLE_MS = 5000;

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '5' },
    repetitions: { type: 'string', default: '5' },
    sockets: { type: 'string', default: '10000' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});

interface Relaying {
  cpuUsPerMessage: number;
  messagesPerSecond: number;
  lost: number;
  p50Ms: number;
  p99Ms: number;
}

async function withBridge<T>({ start }: BridgeCandidate, use: (bridge: RunningBridge) => Promise<T>): Promise<T> {
  const bridge = await start();
  try {
    return await use(bridge);
  } finally {
    await bridge.close();
  }
}

async function measureRelaying({ url, pid }: RunningBridge): Promise<Relaying> {
  const chatter = await Chatter.start(url, Number(values.pairs));
  try {
    await chatter.talk(Number(values.rate), WARM_UP_MS);
    const [before, start] = [await usageOf(pid), performance.now()];
    const { received, lost, latenciesMs } = await chatter.talk(Number(values.rate), Number(values.seconds) * 1000);
    const [after, elapsedMs] = [await usageOf(pid), performance.now() - start];
    if (received === 0) throw new Error('no message arrived');
    return {
      cpuUsPerMessage: (after.cpuUs - before.cpuUs) / received,
      messagesPerSecond: (received * 1000) / elapsedMs,
      lost,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
    };
  } finally {
    chatter.close();
  }
}

/** Kilobytes of the server's memory for each of `count` sockets that say nothing. */
async function measureIdle({ url, pid }: RunningBridge, count: number): Promise<number> {
  const before = await usageOf(pid);
  const close = await openIdleSockets(url, count);
  try {
    await pause(SETTLE_MS);
    return ((await usageOf(pid)).residentBytes - before.residentBytes) / count / 1024;
  } finally {
    close();
  }
}

const runs = new Map(BRIDGES.map(({ name }) => [name, [] as Relaying[]]));
for (let repetition = 1; repetition <= Number(values.repetitions); repetition++) {
  for (const bridge of BRIDGES) {
    const run = await withBridge(bridge, measureRelaying);
    runs.get(bridge.name)?.push(run);
    console.error(
      `${bridge.name}, run ${repetition}: ${run.cpuUsPerMessage.toFixed(1)} µs per message; ${run.messagesPerSecond.toFixed(0)} messages/s;` +
        ` ${run.p50Ms.toFixed(2)} ms, p99 ${run.p99Ms.toFixed(1)} ms; ${run.lost} lost`,
    );
  }
}

const wanted = Number(values.sockets);
const sockets = allowSockets(wanted);
if (sockets < wanted) console.error(`no more than ${sockets} sockets of ${wanted}: the limit of open files`);
const figures: Figures = {};
for (const bridge of BRIDGES) {
  const own = runs.get(bridge.name) ?? [];
  const median = (field: keyof Relaying) => spread(own.map((run) => run[field])).median;
  const perSecond = spread(own.map(({ cpuUsPerMessage }) => 1e6 / cpuUsPerMessage));
  const idle = sockets > 0 ? await withBridge(bridge, (running) => measureIdle(running, sockets)) : NaN;
  figures[bridge.name] = rounded({
    'messages/CPU second': perSecond.median,
    least: perSecond.min,
    most: perSecond.max,
    'CPU µs/message': median('cpuUsPerMessage'),
    'messages/s': median('messagesPerSecond'),
    'messages lost': own.reduce((all, { lost }) => all + lost, 0),
    'p50 ms': median('p50Ms'),
    'p99 ms': median('p99Ms'),
    ...(sockets > 0 && { 'kB/idle socket': idle, 'idle sockets': sockets }),
  });
}
const peer = runs.get(PEER) ?? [];
const ratio = spread(
  (runs.get(OURS) ?? []).map((run, index) => run.cpuUsPerMessage / (peer[index]?.cpuUsPerMessage ?? NaN)),
);
figures[`ours / ${PEER}`] = rounded({ ratio: ratio.median, least: ratio.min, most: ratio.max });
report('bridge', figures, { [PEER]: ratio.median }, Object.fromEntries(runs));
