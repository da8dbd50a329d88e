import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { UserId } from '../../protocol/ids.ts';
import { Password, RoomRequest } from '../../protocol/signalling/bridge-events.ts';
import type { Handler } from './handler.ts';
import { endRoom, enterRoom, hasSeat, leaveRoom } from './membership.ts';
import { deliverWaiting } from './requests.ts';
import type { BridgeRoom, BridgeState, User } from './state.ts';

const NOT_AVAILABLE = [false, 'Room not available'] as const;

/** Whether two passwords are the same, in a time that does not tell how much of them is. */
export function samePassword(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a.normalize()), Buffer.from(b.normalize())];
  return left.length === right.length && timingSafeEqual(left, right);
}

function roomOf(state: BridgeState, user: User): BridgeRoom | undefined {
  return user.roomId === null ? undefined : state.rooms.get(user.roomId);
}

const openRoom: Handler = (state, user, [request]) => {
  const parsed = RoomRequest.safeParse(request);
  if (!parsed.success) return NOT_AVAILABLE;
  const { sessionid: id, session, extra, identifier, password } = parsed.data;
  const existing = state.rooms.get(id);
  // Whoever reconnects opens again what it still holds.
  if (existing?.owner === user.id) return [true];
  // The id of somebody who is there is theirs: legacy pages are rooms themselves.
  const holder = state.users.get(id);
  if (existing || (holder && holder !== user) || state.virtualIds.has(id)) return NOT_AVAILABLE;
  leaveRoom(state, user);
  state.rooms.set(id, {
    id,
    owner: user.id,
    participants: [user.id],
    extra,
    session,
    password,
    identifier,
    maxParticipants: user.maxParticipants,
    autoClose: user.autoClose || session.oneway === true || session.broadcast === true,
  });
  user.roomId = id;
  deliverWaiting(state, id);
  return [true];
};

const joinRoom: Handler = (state, user, [request]) => {
  const parsed = RoomRequest.safeParse(request);
  if (!parsed.success) return NOT_AVAILABLE;
  const { sessionid: id, password } = parsed.data;
  const room = state.rooms.get(id);
  if (!room) {
    // A legacy page that waits under this id, or a webstreamer that opens no room: it is its own room.
    const host = state.users.get(id);
    if (!host || host === user) return NOT_AVAILABLE;
    leaveRoom(state, user);
    return host.links.size >= host.maxParticipants && !host.links.has(user.id) ? [false, 'Room full'] : [true];
  }
  if (room.participants.includes(user.id)) return [true];
  if (room.password !== '' && !samePassword(room.password, password)) return [false, 'Invalid password'];
  if (!hasSeat(state, room)) return [false, 'Room full'];
  enterRoom(state, user, room);
  return [true];
};

const checkPresence: Handler = (state, user, [id]) => {
  const parsed = UserId.safeParse(id);
  const nobody = [false, id, { _room: { isFull: false, isPasswordProtected: false } }] as const;
  if (!parsed.success) return nobody;
  const room = state.rooms.get(parsed.data);
  if (room) {
    const isFull = room.participants.length >= room.maxParticipants;
    return [true, room.id, { ...room.extra, _room: { isFull, isPasswordProtected: room.password !== '' } }];
  }
  const host = state.users.get(parsed.data);
  return host ? [host !== user, host.id, host.extra] : nobody;
};

const isValidPassword: Handler = (state, _user, [password, id]) => {
  const given = Password.safeParse(password);
  if (!given.success || given.data === '') return [false, id, 'You did not enter the password.'];
  const roomId = UserId.safeParse(id);
  if (!roomId.success) return [false, id, 'You did not enter the room-id.'];
  const room = state.rooms.get(roomId.data);
  if (!room) return [false, id, 'Room not available'];
  if (room.password === '') return [false, id, 'This room do not have any password.'];
  return samePassword(room.password, given.data) ? [true, id, false] : [false, id, 'Invalid password'];
};

const setPassword: Handler = (state, user, [password]) => {
  const parsed = Password.safeParse(password);
  if (!parsed.success) return undefined;
  const room = roomOf(state, user);
  if (!room) {
    user.password = parsed.data;
    return [null, null, 'Did not join any room yet'];
  }
  if (room.owner !== user.id) return [false, room.id, 'Room permission denied'];
  room.password = parsed.data;
  return [true, room.id, null];
};

const getPublicRooms: Handler = (state, _user, [identifier]) => {
  const parsed = z.string().min(1).safeParse(identifier);
  if (!parsed.success) return [null, 'publicRoomIdentifier is required'];
  const rooms = [...state.rooms.values()].filter((room) => room.identifier === parsed.data);
  return [
    rooms.map(({ id, owner, participants, extra, session, password, maxParticipants }) => ({
      maxParticipantsAllowed: maxParticipants,
      owner,
      participants,
      extra,
      session,
      sessionid: id,
      isRoomFull: participants.length >= maxParticipants,
      isPasswordProtected: password !== '',
    })),
  ];
};

const closeEntireSession: Handler = (state, user) => {
  const room = roomOf(state, user);
  if (!room) return NOT_AVAILABLE;
  if (room.owner !== user.id) return [false, 'Room permission denied'];
  for (const id of room.participants) {
    if (id !== user.id) state.emit(id, 'closed-entire-session', room.id, room.extra);
  }
  endRoom(state, room);
  return [true];
};

/** Events about rooms (protocol document, section 4.3). */
export const roomEvents: [event: string, handler: Handler][] = [
  ['open-room', openRoom],
  ['join-room', joinRoom],
  ['check-presence', checkPresence],
  ['is-valid-password', isValidPassword],
  ['set-password', setPassword],
  ['get-public-rooms', getPublicRooms],
  ['close-entire-session', closeEntireSession],
];
