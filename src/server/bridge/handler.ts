import type { BridgeState, User } from './state.ts';

/** What an acknowledgement is called with; undefined = it is not called. */
export type Ack = readonly unknown[] | undefined;

/** Handles one event of a user: parses the arguments, changes the state, and answers. Never throws on bad input. */
export type Handler = (state: BridgeState, user: User, args: readonly unknown[]) => Ack;
