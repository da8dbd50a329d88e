import type { Socket } from 'socket.io';
import { z } from 'zod';

/** socket.io 2, before there was a CONNECT packet with data in both directions. */
const OLD_PROTOCOL = 3;
const Auth = z.object({ pid: z.string().min(1).max(64) });

/**
 * What a client was told in confidence on an earlier socket. A socket.io client of 4.6 or later keeps the private session id that
 * comes with the answer to its CONNECT packet, and sends it in the next one; no page needs to do anything for it.
 */
export function toldBefore(auth: unknown): string | undefined {
  return Auth.safeParse(auth).data?.pid;
}

/**
 * Tells a client something in confidence: the private session id in the answer to its CONNECT packet, which socket.io sends when
 * the middleware is done. Answers it, or null when the client is too old to be told.
 */
export function confide(socket: Socket, secret: string): string | null {
  if (socket.conn.protocol === OLD_PROTOCOL) return null;
  // socket.io sets it itself only together with its own recovery of sessions, which adds an argument to every event.
  (socket as unknown as { pid: string }).pid = secret;
  return secret;
}
