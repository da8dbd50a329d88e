import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageInfo } from '../../../src/common/package-info.ts';

const PROGRAM = join(packageInfo(import.meta.url).root, 'native', 'build', 'Release', 'impaired-path');
const CHROMIUM = '/usr/bin/chromium';

/** What a path does to packets, each way. */
export interface Impairment {
  lossPercent?: number;
  delayMs?: number;
  rateBps?: number;
  /** How long a packet may wait for its turn at that rate. */
  queueMs?: number;
  /** Whether UDP alone gets lost, so that the page's socket lives. */
  onlyUdp?: boolean;
}

/** Whether this machine lets us make network devices. */
export function canImpairPaths(): boolean {
  return existsSync('/dev/net/tun') && spawnSync('unshare', ['-n', 'true']).status === 0;
}

/** A network path that a browser of its own takes to this machine, and that can be made bad. */
export class ImpairedPath {
  /** The address of this machine at the end of the path. */
  readonly serverAddress: string;
  /** The program to start instead of the browser. */
  readonly executable: string;
  readonly #folder: string;

  private constructor(folder: string, number: number) {
    this.#folder = folder;
    this.serverAddress = `10.9.${number}.1`;
    this.executable = join(folder, 'chromium');
  }

  /** Prepares the path of a number from 1 to 254, of which there must be one in use only. It is there once the browser is. */
  static async prepare(number: number): Promise<ImpairedPath> {
    const path = new ImpairedPath(await mkdtemp(join(tmpdir(), 'path-')), number);
    const command = `exec ${PROGRAM} ${number} ${path.#control} ${CHROMIUM} "$@"`;
    await writeFile(path.executable, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    return path;
  }

  get #control(): string {
    return join(this.#folder, 'control');
  }

  /** Impairs the path from now on; without anything it is good again. */
  async set({
    lossPercent = 0,
    delayMs = 0,
    rateBps = 0,
    queueMs = 300,
    onlyUdp = false,
  }: Impairment = {}): Promise<void> {
    await writeFile(this.#control, `${lossPercent} ${delayMs} ${rateBps} ${queueMs} ${Number(onlyUdp)}\n`, {
      flag: 'a',
    });
  }

  /** Removes what was prepared; the browser must have ended. */
  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
