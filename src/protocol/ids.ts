import { z } from 'zod';

/**
 * A connection id or a room name: what a person types into the page's field, so letters of any script, digits and `. _ ~ -`.
 * No markup: the page writes ids into its HTML.
 */
export const ConnectionId = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._~-]{0,63}$/u, 'letters, digits and . _ ~ - only, at most 64');
/** See {@link ConnectionId}. */
export type ConnectionId = z.infer<typeof ConnectionId>;

/** The name of a room; same alphabet as a connection id, and used in URLs. */
export const RoomName = ConnectionId;
/** See {@link RoomName}. */
export type RoomName = z.infer<typeof RoomName>;

/** A page's own id, as it sends it in the `userid` of the socket's URL: any printable text without markup or spaces. */
export const UserId = z
  .string()
  .regex(/^[^\s<>&"'`\p{C}]{1,128}$/u, 'printable, without spaces and markup, at most 128');
/** See {@link UserId}. */
export type UserId = z.infer<typeof UserId>;
