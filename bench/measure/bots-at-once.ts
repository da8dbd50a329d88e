import { BotHost } from '../load/bot-host.ts';
import type { BotPlan } from './call.ts';
import { speakerCall } from '../peers/webstreamer.ts';

const SIGHT_TIMEOUT_MS = 30_000;

/**
 * Lets `count` bots join a room in the same moment, in which a bot has the floor; answers the ms until each could decode a frame.
 * The first round is not counted: the server's code has not run yet then.
 */
export async function timeBotsAtOnce(clipFolder: string, count: number, roundCount: number): Promise<number[]> {
  const call = await speakerCall(count);
  const hosts: BotHost[] = [];
  const start = async () => {
    const host = await BotHost.start(clipFolder);
    hosts.push(host);
    return host;
  };
  try {
    const [senders, receivers] = call.phases;
    const sender = await start();
    for (const bot of senders?.bots ?? []) await sender.join(bot.name, bot);
    await senders?.then?.();
    const times: number[] = [];
    for (let round = 0; round <= roundCount; round++) {
      const host = await start();
      const found = await timeRound(host, receivers?.bots ?? []);
      if (round > 0) times.push(...found);
      await host.close();
    }
    return times;
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
    await call.close();
  }
}

function timeRound(host: BotHost, bots: readonly BotPlan[]): Promise<number[]> {
  const start = performance.now();
  const timeOne = async (bot: BotPlan) => {
    await host.join(bot.name, bot);
    await host.see(bot.name, bot.sees, SIGHT_TIMEOUT_MS);
    return performance.now() - start;
  };
  return Promise.all(bots.map(timeOne));
}
