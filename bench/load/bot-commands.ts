import type { BotFigures } from './bot-peer.ts';
import type { Entrance } from './entrances.ts';

/** What a process of bots is told. */
export type BotCommand =
  | { do: 'join'; name: string; source: number | null; entrance: Entrance }
  /** Wait until a bot can show frames of each of the sources. */
  | { do: 'see'; name: string; sources: readonly number[]; timeoutMs: number }
  /** The books since the last time. */
  | { do: 'take' }
  | { do: 'leave' };

/** What it answers; the reply with id 0 says that it is ready. */
export interface BotReply {
  id: number;
  result?: unknown;
  error?: string;
}

/** The books of all bots of a process, by name. */
export type Books = Record<string, BotFigures>;
