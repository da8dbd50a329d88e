import { setTimeout as pause } from 'node:timers/promises';
import type { BotPlan, Call } from './call.ts';
import { Crowd } from './crowd.ts';
import { decodeOpus, voicesIn } from './hearing.ts';
import type { MeasureOptions } from './measure-call.ts';
import { cpuUsIn, watch } from './window.ts';

/** One measurement of the sound of a call. CPU is that of the server's processes alone; packets are those that listeners got. */
export interface MixFigures {
  cpuUsPerSecond: number;
  packetsPerSecond: number;
  lostPackets: number;
  /** Of the server's own picture: nobody in the call sends one. */
  videoPacketsPerSecond: number;
}

/** Lets the bots in, measures for a while, and listens whether each hears exactly those others who talk; throws when not. */
export async function measureMix(call: Call, options: MeasureOptions): Promise<MixFigures> {
  const crowd = await Crowd.start(call, options);
  try {
    await crowd.enter(call.phases);
    await pause(options.warmUpMs);
    const window = await watch(call.pids, crowd, options.measureMs);
    const bots = call.phases.flatMap((phase) => phase.bots);
    await checkSound(crowd, bots);
    const sounds = Object.values(window.books).flatMap((book) => book.sounds);
    const sum = (field: 'packets' | 'lostPackets') => sounds.reduce((all, sound) => all + sound[field], 0);
    const streams = Object.values(window.books).flatMap((book) => book.streams);
    const videoPackets = streams.reduce((all, { packets }) => all + packets, 0);
    const perSecond = 1000 / window.elapsedMs;
    return {
      cpuUsPerSecond: cpuUsIn(window) * perSecond,
      packetsPerSecond: sum('packets') * perSecond,
      lostPackets: sum('lostPackets'),
      videoPacketsPerSecond: videoPackets * perSecond,
    };
  } finally {
    await crowd.close();
  }
}

async function checkSound(crowd: Crowd, bots: readonly BotPlan[]): Promise<void> {
  const talking = bots.flatMap(({ voice }) => (typeof voice === 'number' ? [voice] : []));
  if (talking.length === 0) return;
  for (const bot of bots) {
    const heard = voicesIn(await decodeOpus(await crowd.hear(bot)), talking);
    const expected = talking.filter((voice) => voice !== bot.voice);
    if (heard.join() !== expected.join())
      throw new Error(`${bot.name} hears ${heard.join(', ') || 'nobody'} instead of ${expected.join(', ')}`);
  }
}
