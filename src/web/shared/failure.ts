/** Why a call could not be made, or ended. One closed list; each page has its own sentences for it. */
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
  | 'room-closed'
  | 'not-authenticated'
  | 'token-expired'
  | 'token-revoked'
  | 'place-gone'
  | 'not-allowed'
  | 'draining'
  | 'shutdown';

/** Thrown by the steps that lead to a call; `detail` = the server's own words. */
export class CallError extends Error {
  readonly failure: Failure;
  readonly detail: string | undefined;
  constructor(failure: Failure, options?: ErrorOptions & { detail?: string }) {
    super(failure, options);
    this.failure = failure;
    this.detail = options?.detail;
  }
}
