import type { z } from 'zod';
import { describeIssues } from '../../protocol/issues.ts';
import type { BridgeState, User } from './state.ts';

/** What an acknowledgement is called with; undefined = it is not called. */
export type Ack = readonly unknown[] | undefined;

/** Handles one event of a user: parses the arguments, changes the state, and answers. Never throws on bad input. */
export type Handler = (state: BridgeState, user: User, args: readonly unknown[]) => Ack;

/** Parses what a user sent; undefined, and a line in the log, when it does not fit. */
export function parse<T>(state: BridgeState, user: User, schema: z.ZodType<T>, value: unknown): T | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  refuse(state, user, describeIssues(parsed.error));
  return undefined;
}

/** Says in the log that a user's event has no effect, and why. */
export function refuse(state: BridgeState, user: User, problem: string, more: Record<string, unknown> = {}): void {
  state.logger.warn({ user: user.id, problem, ...more }, 'an event of a user is refused');
}
