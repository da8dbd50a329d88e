import type { BotFigures } from './bot-peer.ts';
import type { Entrance } from './entrances.ts';
import type { Voice } from './tone.ts';

/** What a bot does in a call: `source` = the number it stamps its frames with, `voice` = what it says; null for nothing. */
export interface BotRole {
  source: number | null;
  voice?: Voice | null;
  /** It says that in every so many seconds only, when it is its turn, and is silent in between; its clock may be too fast. */
  turn?: { number: number; of: number; driftPpm: number };
  entrance: Entrance;
}

/** What a process of bots is told. */
export type BotCommand =
  | ({ do: 'join'; name: string } & BotRole)
  /** Wait until a bot can show frames of each of the sources. */
  | { do: 'see'; name: string; sources: readonly number[]; timeoutMs: number }
  /** The latest Opus packets that a bot was sent, in base64. */
  | { do: 'hear'; name: string }
  /** The books since the last time. */
  | { do: 'take' }
  /** One bot leaves, or all do. */
  | { do: 'leave'; name?: string };

/** What it answers; the reply with id 0 says that it is ready. */
export interface BotReply {
  id: number;
  result?: unknown;
  error?: string;
}

/** The books of all bots of a process, by name. */
export type Books = Record<string, BotFigures>;
