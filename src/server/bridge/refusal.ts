/** Why the bridge refuses a socket or an event: the closed list that logs and metrics share. */
export const REFUSAL_REASONS = [
  /** It does not have the form that it should have. */
  'malformed',
  /** The URL of a socket cannot be used. */
  'bad-handshake',
  /** A page of an origin that is not allowed. */
  'origin',
  /** A message in the name of somebody else. */
  'other-sender',
  /** A message into a room that its sender is not in. */
  'other-room',
  /** An id that somebody has. */
  'id-taken',
  /** A wrong password. */
  'wrong-password',
  /** Too many wrong passwords. */
  'too-many-guesses',
  /** More sockets than one address, or the bridge, may have. */
  'too-many-sockets',
  /** More events, or bytes, than a socket or an address may send. */
  'too-fast',
  /** A socket that does not take what it is sent. */
  'too-slow',
  /** More names of events than a page may listen to. */
  'too-many-names',
  /** Administration without the right name and password. */
  'not-admin',
] as const;
/** See {@link REFUSAL_REASONS}. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
