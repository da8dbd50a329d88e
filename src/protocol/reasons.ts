/**
 * Why a user's seat, an endpoint or a connection ended. One closed list, the same words in log, API and page;
 * `docs/lifecycle.md` has a row for each.
 */
export const REASONS = [
  'left', // the page said userLeft
  'disconnected', // the page's socket is gone
  'replaced', // the page asked to join again
  'ice-failed', // the media path broke
  'uplink-lost', // nothing arrived from the page for some seconds, though its socket lives
  'no-answer', // an offer was not answered in time
  'bad-description', // the page's answer could not be used
  'media-worker-died', // the worker that held the endpoint ended
  'bridge-lost', // our own socket to the bridge broke
  'removed', // the operator showed the user out
  'connection-removed', // the operator removed the connection
  'room-closed', // the operator deleted the room
  'shutdown', // the server ends
  'failed', // an error of our own; the log says which
] as const;
/** See {@link REASONS}. */
export type Reason = (typeof REASONS)[number];
