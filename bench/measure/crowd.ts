import type { Books } from '../load/bot-commands.ts';
import { BotHost } from '../load/bot-host.ts';
import type { BotPlan, Call, Phase } from './call.ts';

const SIGHT_TIMEOUT_MS = 20_000;
/** How many bots join at once: as many as keep a machine busy without anybody's join failing for lack of time. */
const AT_ONCE = 6;

/** Where the bots find what they send: a clip and, when they talk, voices. */
export interface Media {
  clipFolder: string;
  voiceFolder?: string;
}

/** The bots of a call, in the processes that their plans name. */
export class Crowd {
  readonly #hosts: Map<string, BotHost>;

  private constructor(hosts: Map<string, BotHost>) {
    this.#hosts = hosts;
  }

  /** Starts the processes of a call's bots. */
  static async start({ phases }: Pick<Call, 'phases'>, { clipFolder, voiceFolder }: Media): Promise<Crowd> {
    const names = new Set(phases.flatMap(({ bots }) => bots).map((plan) => plan.process));
    const crowd = new Crowd(new Map());
    try {
      for (const name of names) crowd.#hosts.set(name, await BotHost.start(clipFolder, voiceFolder));
      return crowd;
    } catch (error) {
      await crowd.close();
      throw error;
    }
  }

  /** The processes, by their names. */
  get pids(): Record<string, number> {
    return Object.fromEntries([...this.#hosts].map(([name, { pid }]) => [name, pid]));
  }

  /** Lets one bot in and waits until it sees whom it should; answers how long that took, in milliseconds. */
  async admit(bot: BotPlan): Promise<number> {
    const start = performance.now();
    await this.#host(bot).join(bot.name, bot);
    await this.#host(bot).see(bot.name, bot.sees, SIGHT_TIMEOUT_MS);
    return performance.now() - start;
  }

  /** Lets one bot leave; nothing happens when it is not there. */
  async dismiss(bot: BotPlan): Promise<void> {
    await this.#host(bot).leave(bot.name);
  }

  /** Lets the bots in, phase after phase and a few at a time, and waits until everybody sees whom they should. */
  async enter(phases: readonly Phase[]): Promise<void> {
    for (const { bots, then } of phases) {
      for (let first = 0; first < bots.length; first += AT_ONCE) {
        const some = bots.slice(first, first + AT_ONCE);
        await Promise.all(some.map((bot) => this.#host(bot).join(bot.name, bot)));
      }
      await then?.();
    }
    const watchers = phases.flatMap(({ bots }) => bots).filter(({ sees }) => sees.length > 0);
    await Promise.all(watchers.map((bot) => this.#host(bot).see(bot.name, bot.sees, SIGHT_TIMEOUT_MS)));
  }

  /** The books of all bots since the last time. */
  async take(): Promise<Books> {
    const books = await Promise.all([...this.#hosts.values()].map((host) => host.take()));
    return Object.assign({}, ...books) as Books;
  }

  /** The latest Opus packets that a bot was sent. */
  hear(bot: BotPlan): Promise<Buffer[]> {
    return this.#host(bot).hear(bot.name);
  }

  /** Lets all leave and ends the processes. */
  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.close()));
  }

  #host({ name, process }: BotPlan): BotHost {
    const found = this.#hosts.get(process);
    if (!found) throw new Error(`${name} has no process`);
    return found;
  }
}
