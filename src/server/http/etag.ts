import { createHash } from 'node:crypto';
import type { RoomResource } from '../../protocol/http-api/room.ts';

/**
 * The entity tag of a room: another one whenever its settings, its speaker or its set of connections are others. What people do by
 * themselves, coming, going, muting, changes nothing of it: a room in use would never stay the same for long enough.
 */
export function etagOf({ connections, ...room }: RoomResource): string {
  const ids = connections.map(({ id }) => id).sort();
  const named = Object.entries(room).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify([named, ids]));
  return `"${hash.digest('base64url').slice(0, 22)}"`;
}

/** Whether what is there fits `If-Match` (RFC 9110, section 13.1.1); weak tags never do. */
export function ifMatchFits(ifMatch: string, etag: string): boolean {
  return ifMatch.trim() === '*' || ifMatch.split(',').some((tag) => tag.trim() === etag);
}
