import type { BotRole } from '../load/bot-commands.ts';

/** A bot to come into a call. `process` = the bots of one name share a process; `sees` = whose frames must reach it. */
export interface BotPlan extends BotRole {
  name: string;
  process: string;
  sees: readonly number[];
}

/** Bots that come one after another, and what is done when they are there. */
export interface Phase {
  bots: BotPlan[];
  then?: () => Promise<void>;
}

/** A server under test with a call that bots can join. */
export interface Call {
  /** The processes whose CPU, memory and threads count, by their part. */
  pids: Record<string, number>;
  /** The people of the call: memory and threads are counted per person. */
  people: number;
  phases: Phase[];
  close: () => Promise<void>;
}

/** A server that can be put to the test; `absent` says why it cannot, null when it can. */
export interface Candidate {
  name: string;
  absent: string | null;
  start: (size: number) => Promise<Call>;
}
