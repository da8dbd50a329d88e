/**
 * Every error a user of webstreamer can meet: its stable code, the HTTP status it travels with, its sentence, and whether the
 * same request may succeed later. `docs/errors.md` is compared with this table in the tests.
 */
export const ERRORS = {
  'bad-request': { status: 400, title: 'The request does not fit its schema', retry: false },
  'not-found': { status: 404, title: 'There is nothing at this address', retry: false },
  'method-not-allowed': { status: 405, title: 'This address does not know this method', retry: false },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON, sent as application/json', retry: false },
  'payload-too-large': { status: 413, title: 'The request is too large', retry: false },
  'not-authenticated': { status: 401, title: 'A key or a token is needed, and this one does not do', retry: false },
  'token-expired': { status: 401, title: 'The token has expired', retry: false },
  'token-revoked': { status: 401, title: 'The link of this token has been revoked', retry: false },
  'not-allowed': { status: 403, title: 'The key or the token does not allow this', retry: false },
  'cross-origin': { status: 403, title: 'Pages of other origins may not do this', retry: false },
  'wrong-host': { status: 421, title: 'This server has another name', retry: false },
  'too-many-requests': { status: 429, title: 'There are too many requests', retry: true },
  'changed-meanwhile': { status: 412, title: 'The room has changed meanwhile', retry: false },
  'no-picture': { status: 409, title: 'There is no picture of this connection at the moment', retry: true },
  'room-not-found': { status: 404, title: 'There is no room of this name', retry: false },
  'room-exists': { status: 409, title: 'A room of this name exists already', retry: false },
  'connection-not-found': { status: 404, title: 'There is no connection of this id in this room', retry: false },
  'connection-exists': { status: 409, title: 'A connection of this id exists already', retry: false },
  'link-not-found': { status: 404, title: 'There is no link of this id that is still good', retry: false },
  'user-not-found': { status: 404, title: 'Nobody has the seat of this connection', retry: false },
  'is-viewer': { status: 409, title: 'A viewer is neither seen nor heard, and cannot have the floor', retry: false },
  'room-locked': { status: 403, title: 'The room is locked: nobody else may come in', retry: true },
  'room-full': { status: 409, title: 'The room has as many people as it may have', retry: true },
  'bad-message': { status: 422, title: 'The message cannot be used', retry: false },
  'message-too-large': { status: 413, title: 'The message is too large', retry: false },
  'too-many-messages': { status: 429, title: 'There are too many messages', retry: true },
  'not-delivered': {
    status: 409,
    title: 'The page has no open data channel, or does not read what it is sent',
    retry: true,
  },
  'bad-description': { status: 422, title: 'The session description cannot be used', retry: false },
  'bad-candidate': { status: 422, title: 'The ICE candidate cannot be used', retry: false },
  'offer-outstanding': { status: 409, title: 'An offer is still waiting for its answer', retry: true },
  'no-offer': { status: 409, title: 'There is no offer that this could answer', retry: false },
  'endpoint-closed': { status: 409, title: 'The endpoint is closed', retry: false },
  'media-room-closed': { status: 409, title: 'The room is closed in the media worker', retry: false },
  'media-worker-died': { status: 503, title: 'The media worker ended in the middle of the call', retry: true },
  'media-timeout': { status: 503, title: 'The media worker did not answer in time', retry: true },
  'media-unavailable': { status: 503, title: 'No media worker is running', retry: true },
  'gstreamer-missing': { status: 500, title: 'GStreamer or one of its elements is missing', retry: false },
  'bridge-unreachable': { status: 503, title: 'The signal bridge cannot be reached', retry: true },
  'port-in-use': { status: 500, title: 'The port is in use by another program', retry: false },
  'bad-config': { status: 500, title: 'The configuration cannot be used', retry: false },
  draining: { status: 503, title: 'The server is about to shut down and takes in nobody any more', retry: true },
  'shutting-down': { status: 503, title: 'The server is shutting down', retry: true },
  'too-many-readers': { status: 503, title: 'Too many clients read the events', retry: true },
  internal: { status: 500, title: 'webstreamer failed; the log says why', retry: true },
} as const satisfies Record<string, { status: number; title: string; retry: boolean }>;

/** A stable error code; the same word in the API, the log, the command line and the documentation. */
export type ErrorCode = keyof typeof ERRORS;

/** An error with a stable code; `detail` says what exactly was wrong, for the person who reads it. */
export class WebstreamerError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, detail: string = ERRORS[code].title, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'WebstreamerError';
    this.code = code;
  }
}

/** Whether `code` is one of the table's codes; for codes that arrive from another process. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
