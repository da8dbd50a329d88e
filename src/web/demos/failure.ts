/** Why a call could not be made, or ended. One closed list; `words.ts` has the sentences. */
export type Failure =
  | 'insecure-origin'
  | 'unsupported-browser'
  | 'no-camera'
  | 'permission-refused'
  | 'camera-busy'
  | 'camera-failed'
  | 'bad-id'
  | 'room-full'
  | 'room-not-available'
  | 'room-taken'
  | 'join-refused'
  | 'no-answer'
  | 'server-unreachable'
  | 'call-ended'
  | 'room-locked'
  | 'removed'
  | 'room-closed';

/** Thrown by the steps that lead to a call. */
export class CallError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure, options);
    this.failure = failure;
  }
}
