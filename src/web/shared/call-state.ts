import type { Failure } from './failure.ts';
import type { StreamEvent } from './library.ts';
import type { BoxesWord } from './server-words.ts';

/** How a call begins; `open-or-join` asks the signalling server which of the two is possible. */
export type Entrance = 'join' | 'open' | 'open-or-join';

/** Whom a call is made with: the id, and what the other side is told of this page's user. */
export interface Goal {
  entrance: Entrance;
  id: string;
  extra: Record<string, unknown>;
}

/** Why a call that was up is being repaired. */
export type Interruption = 'server-lost' | 'peer-left' | 'media-lost' | 'server-stops';

/** Where a call is. */
export type CallState =
  | { name: 'idle' }
  | { name: 'asking' }
  | { name: 'connecting'; attempts: number }
  | { name: 'joining'; id: string }
  | { name: 'waiting'; id: string }
  | { name: 'open'; id: string }
  | { name: 'connected'; id: string }
  | { name: 'interrupted'; cause: Interruption }
  | { name: 'failed'; failure: Failure; detail?: string };

/** What a call tells the page. A stream may be reported more than once; a stream that ended may never have come. */
export interface CallListener {
  onState(state: CallState): void;
  /** What is sent, once it is there. */
  onCamera(stream: MediaStream): void;
  /** Something that is sent has ended by itself: the camera was unplugged, or taken away. */
  onCameraStopped(): void;
  onStream(event: StreamEvent): void;
  onStreamEnded(streamId: string): void;
  onUserLeft(userId: string): void;
  onBoxes(word: BoxesWord): void;
  /** The way for texts is open; only where they were asked for. */
  onChannel?(channel: RTCDataChannel): void;
  /** A text has come, whole. */
  onText?(data: unknown): void;
  /** Nothing of the call is left: neither own nor other people's pictures. */
  onCleared(): void;
}

/** What the page brings into a call. */
export interface CallPlan {
  /** What is to be sent; undefined = this page only looks on. Rejects with a CallError. */
  capture: () => Promise<MediaStream | undefined>;
  /** Asked before each try, so also when a call is repaired. Rejects with a CallError. */
  findGoal: () => Promise<Goal>;
}

/** The words of the signalling server when it refuses. */
export const FAILURE_BY_REFUSAL: Record<string, Failure> = {
  'Room full': 'room-full',
  'Room not available': 'room-not-available',
};

/** Why the server ends a call for good, or does not begin it, and what that is called here; after any other reason it is repaired. */
export const FAILURE_BY_REASON: Record<string, Failure> = {
  removed: 'removed',
  'room-closed': 'room-closed',
  'connection-removed': 'room-closed',
  'room-locked': 'room-locked',
  'room-full': 'room-full',
  'not-authenticated': 'not-authenticated',
  'token-expired': 'token-expired',
  'token-revoked': 'token-revoked',
  'not-allowed': 'not-allowed',
  draining: 'draining',
};

/** Failures that a broken call gains nothing from trying again. */
const FINAL: ReadonlySet<Failure> = new Set([
  'room-locked',
  'not-authenticated',
  'token-expired',
  'token-revoked',
  'not-allowed',
  'draining',
]);

/** How long a broken call is being repaired: a server that starts anew takes a while; one that refuses has made up its mind. */
export function repairLimitMs(failure: Failure): number {
  if (FINAL.has(failure)) return 0;
  return failure === 'server-unreachable' || failure === 'no-answer' ? 60_000 : 12_000;
}

/** What a call that could not be repaired has failed of: the last try's failure, unless all that it says is that nobody is there. */
export function failureAfterRepair(failure: Failure, cause: Interruption): Failure {
  if (failure === 'server-unreachable') return cause === 'server-stops' ? 'shutdown' : failure;
  return FINAL.has(failure) ? failure : 'call-ended';
}
