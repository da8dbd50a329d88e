import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BotCommand, BotReply, BotRole, Books } from './bot-commands.ts';

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** A process of bots, seen from the bench. */
export class BotHost {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, result, error }: BotReply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the bots have ended: ${code ?? signal ?? ''}`));
      this.#waiting.clear();
    });
  }

  /** Starts a process whose bots send and know the clip in `clipFolder`, and say what is in `voiceFolder`. */
  static async start(clipFolder: string, voiceFolder = ''): Promise<BotHost> {
    const child = fork(fileURLToPath(new URL('bot-process.js', import.meta.url)), [clipFolder, voiceFolder]);
    await once(child, 'message', { signal: AbortSignal.timeout(10_000) });
    return new BotHost(child);
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Brings a bot into its call; resolves when its media are up. */
  async join(name: string, { source, voice = null, turn, entrance }: BotRole): Promise<void> {
    await this.#call({ do: 'join', name, source, voice, entrance, ...(turn && { turn }) });
  }

  /** Resolves when a bot can show frames of each of the sources. */
  async see(name: string, sources: readonly number[], timeoutMs: number): Promise<void> {
    await this.#call({ do: 'see', name, sources, timeoutMs });
  }

  /** The latest Opus packets that a bot was sent. */
  async hear(name: string): Promise<Buffer[]> {
    return ((await this.#call({ do: 'hear', name })) as string[]).map((packet) => Buffer.from(packet, 'base64'));
  }

  /** The books since the last call, by the names of the bots. */
  async take(): Promise<Books> {
    return (await this.#call({ do: 'take' })) as Books;
  }

  /** Lets a bot leave; nothing happens when it is not there. */
  async leave(name: string): Promise<void> {
    await this.#call({ do: 'leave', name });
  }

  /** Lets all bots leave and ends the process. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    await this.#call({ do: 'leave' }).catch(() => undefined);
    this.#child.kill('SIGKILL'); // nothing is left to be lost, and libraries take their time to unload
    await ended;
  }

  #call(command: BotCommand): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, command }, (error) => {
        if (error) reject(error);
      });
    });
  }
}
