import type { Access } from '../../protocol/http-api/access.ts';

/** What whoever is at the console may do. */
export interface Rights {
  /** To make and end rooms. */
  operateServer: boolean;
  /** To change what is in a room. */
  operateRooms: boolean;
  /** To see the links by which people come in, and to withdraw them: there are none where nobody is asked for a token. */
  withdrawLinks: boolean;
  /** To look at all. */
  look: boolean;
  /** The only room of it; null = all. */
  room: string | null;
}

/** What an access allows at the console. */
export function rightsOf({ required, scopes, room }: Access): Rights {
  const has = (...wanted: Access['scopes']) => !required || wanted.some((scope) => scopes.includes(scope));
  return {
    operateServer: has('operator') && room === null,
    operateRooms: has('operator', 'room-operator'),
    withdrawLinks: required && has('operator', 'room-operator'),
    look: has('operator', 'room-operator', 'read'),
    room,
  };
}
