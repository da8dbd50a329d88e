import { WebstreamerError } from '../../protocol/errors.ts';
import { type JoinRoom, type Role, Scope } from '../../protocol/http-api/access.ts';
import type { Operation } from '../../protocol/http-api/operations.ts';

/** Who asks, and what they may do. */
export interface Caller {
  /** As in the audit log; null for somebody unknown. */
  readonly subject: string | null;
  /** All that they have, those that others include as well. */
  readonly scopes: readonly Scope[];
  /** The only room that the scopes are for; null for all. */
  readonly room: string | null;
  /** The only connection that a token is for; null for tokens of another kind. */
  readonly connection: string | null;
  /** How they take part, and what they are called there, as far as a token says. */
  readonly role: Role | null;
  readonly name: string | null;
  /** The link that a token is of, and when it was made, as far as it says. */
  readonly link: string | null;
  readonly issuedAtMs: number | null;
  /** In milliseconds since 1970. */
  readonly expiresAtMs: number | null;
}

const INCLUDED: Readonly<Record<Scope, readonly Scope[]>> = {
  operator: Scope.options,
  'room-operator': ['room-operator', 'read', 'join'],
  read: ['read'],
  join: ['join'],
};

/** Operations of no room in particular that show those who are bound to a room that room only. */
const FILTERED: ReadonlySet<string> = new Set(['/api/v1/rooms', '/api/v1/events']);

/** The scopes with all that they include. */
export function withIncluded(scopes: readonly Scope[]): Scope[] {
  return Scope.options.filter((scope) => scopes.some((given) => INCLUDED[given].includes(scope)));
}

const NOTHING_SAID = {
  subject: null,
  room: null,
  connection: null,
  role: null,
  name: null,
  link: null,
  issuedAtMs: null,
  expiresAtMs: null,
};

/** Somebody who has shown neither a key nor a token where one is needed. */
export const STRANGER: Caller = { ...NOTHING_SAID, scopes: [] };

/** Anybody, where nothing is needed. */
export const ANYBODY: Caller = { ...NOTHING_SAID, scopes: Scope.options };

/** Whether the caller may know of a room. */
export function maySee(caller: Caller, room: string): boolean {
  return caller.room === null || caller.room === room;
}

/** Throws `not-authenticated` or `not-allowed` when the caller may not do this; `room` = the one it is about. */
export function assertMay(caller: Caller, { scope, method, path }: Operation, room: string | undefined): void {
  if (scope === null) return;
  if (caller === STRANGER)
    throw new WebstreamerError('not-authenticated', 'This needs a key or a token: Authorization: Bearer …');
  if (!caller.scopes.includes(scope)) throw new WebstreamerError('not-allowed', `This needs the scope ${scope}`);
  if (caller.room === null || caller.room === room) return;
  if (room !== undefined) throw new WebstreamerError('not-allowed', 'The key or the token is for another room');
  if (method !== 'GET' || !FILTERED.has(path))
    throw new WebstreamerError('not-allowed', `The key or the token is for the room ${caller.room} only`);
}

/**
 * How somebody takes part who asks for a place: what their token says of role and name comes first. Throws `not-allowed` for a host who
 * may not operate the room.
 */
export function settlePlace(caller: Caller, asked: JoinRoom): JoinRoom {
  const role = caller.role ?? asked.role;
  if (role === 'host' && !caller.scopes.includes('room-operator'))
    throw new WebstreamerError('not-allowed', 'Only who may operate the room can join as its host');
  const name = caller.name ?? asked.name;
  return { role, keepSeconds: asked.keepSeconds, ...(name !== undefined && { name }) };
}
