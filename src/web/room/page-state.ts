import type { CallState, Interruption } from '../shared/call-state.ts';
import type { Failure } from '../shared/failure.ts';

/** How a call that is under way goes; `on` = nothing needs to be said. */
export type Progress = 'connecting' | 'slow' | 'joining' | 'waiting' | 'on' | Interruption;

/** What the page shows. */
export type PageState =
  | { screen: 'preview' }
  | { screen: 'call'; progress: Progress }
  | { screen: 'ended'; why: Failure | 'left'; detail: string | undefined };

/** What can be done about an end: `again` = join once more, `retry` = the same, for what may pass, `none` = another link is needed. */
export type WayOn = 'again' | 'retry' | 'none';

const NO_WAY_ON: ReadonlySet<Failure | 'left'> = new Set([
  'not-authenticated',
  'token-expired',
  'token-revoked',
  'place-gone',
  'not-allowed',
  'bad-id',
  'unsupported-browser',
]);
const MAY_PASS: ReadonlySet<Failure | 'left'> = new Set([
  'room-full',
  'room-locked',
  'room-not-available',
  'server-unreachable',
  'shutdown',
  'draining',
  'no-answer',
  'join-refused',
]);

/** What can be done about an end. */
export function wayOnAfter(why: Failure | 'left'): WayOn {
  if (NO_WAY_ON.has(why)) return 'none';
  return MAY_PASS.has(why) ? 'retry' : 'again';
}

/** What the page shows while its call is in `call`; `before` = what it has shown until now. */
export function pageStateFor(call: CallState, before: PageState): PageState {
  switch (call.name) {
    case 'idle':
      return before.screen === 'call' ? { screen: 'ended', why: 'left', detail: undefined } : before;
    case 'asking':
      return { screen: 'call', progress: 'connecting' };
    case 'connecting':
      return { screen: 'call', progress: call.attempts === 0 ? 'connecting' : 'slow' };
    case 'joining':
    case 'waiting':
      return { screen: 'call', progress: call.name };
    case 'open':
    case 'connected':
      return { screen: 'call', progress: 'on' };
    case 'interrupted':
      return { screen: 'call', progress: call.cause };
    case 'failed':
      return { screen: 'ended', why: call.failure, detail: call.detail };
  }
}
