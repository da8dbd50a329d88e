import type { z } from 'zod';
import { describeIssues } from '../../protocol/issues.ts';
import type { RefusalReason } from './refusal.ts';
import type { BridgeState, User } from './state.ts';

/** What an acknowledgement is called with; undefined = it is not called. */
export type Ack = readonly unknown[] | undefined;

/** Handles one event of a user: parses the arguments, changes the state, and answers. Never throws on bad input. */
export type Handler = (state: BridgeState, user: User, args: readonly unknown[]) => Ack;

/** Parses what a user sent; undefined, and a line in the log, when it does not fit. */
export function parse<T>(state: BridgeState, user: User, schema: z.ZodType<T>, value: unknown): T | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  refuse(state, user, 'malformed', { problem: describeIssues(parsed.error) });
  return undefined;
}

/**
 * Counts an event of a user that has no effect, and says in the log why: the first eight of a user, and then the 16th, the 32nd …,
 * so that nobody can fill the disk.
 */
export function refuse(
  state: BridgeState,
  user: User,
  reason: RefusalReason,
  more: Record<string, unknown> = {},
): void {
  user.refusals++;
  state.effects.refused(reason);
  const { refusals } = user;
  if (refusals > 8 && (refusals & (refusals - 1)) !== 0) return;
  state.logger.warn({ user: user.id, reason, refusals, ...more }, 'an event of a user is refused');
}
