import { readdirSync } from 'node:fs';
import type { ServerStats } from '../../protocol/http-api/stats.ts';
import type { MediaDump } from '../media/media-engine.ts';
import { Samples, type SamplesClock } from './samples.ts';

interface Use {
  /** Processor time of the server, in seconds. */
  cpuSeconds: number;
  media: MediaDump;
}

/** What {@link ServerUse} looks at; `counts` = of the rooms, the connections and the people whose media are up. */
export interface ServerUseSources {
  media: () => Promise<MediaDump>;
  counts: () => Pick<ServerStats, 'rooms' | 'connections' | 'users'>;
  startedMs: number;
  clock?: SamplesClock;
}

/** The processor time of this process so far, in seconds. */
function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The threads of this process; 0 where the system does not say. */
function ownThreads(): number {
  try {
    return readdirSync('/proc/self/task').length;
  } catch {
    return 0;
  }
}

const round = (cores: number) => Math.round(cores * 1000) / 1000;

/** What the server and its workers use, over the last seconds. */
export class ServerUse {
  readonly #sources: ServerUseSources;
  readonly #samples: Samples<Use>;

  constructor(sources: ServerUseSources) {
    this.#sources = sources;
    const read = async () => ({ media: await sources.media(), cpuSeconds: ownCpuSeconds() });
    this.#samples = new Samples(read, sources.clock);
  }

  /** As the API shows it. */
  async stats(): Promise<ServerStats> {
    const { before, after } = await this.#samples.latest();
    const seconds = (after.atMs - before.atMs) / 1000;
    const { media } = after.value;
    return {
      at: new Date().toISOString(),
      uptimeSeconds: Math.round((performance.now() - this.#sources.startedMs) / 1000),
      ...this.#sources.counts(),
      server: {
        pid: process.pid,
        cpu: round((after.value.cpuSeconds - before.value.cpuSeconds) / seconds),
        residentBytes: process.memoryUsage.rss(),
        threads: ownThreads(),
      },
      workers: media.workers.map(({ pid, cpuSeconds, residentBytes, threads, rooms, endpoints }) => {
        // One that was not there before has used all of its time since.
        const old = before.value.media.workers.find((worker) => worker.pid === pid)?.cpuSeconds ?? 0;
        return { pid, cpu: round((cpuSeconds - old) / seconds), residentBytes, threads, rooms, endpoints };
      }),
      workerRestarts: media.restarts,
    };
  }
}
