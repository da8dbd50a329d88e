import { z } from 'zod';
import { UserId } from '../../protocol/ids.ts';
import { type Extra, Password, RoomRequest } from '../../protocol/signalling/bridge-events.ts';
import { isInBroadcast } from './broadcast-tree.ts';
import { type Handler, parse } from './handler.ts';
import { claimPlace, claimSeat, endRoom, enterRoom, isFull, leaveRoom } from './membership.ts';
import { tryPassword } from './password.ts';
import { sharedExtra, takeExtra } from './page-token.ts';
import { deliverWaiting } from './requests.ts';
import { type BridgeRoom, type BridgeState, hostOf, roomOf, tell, type User } from './state.ts';

const NOT_AVAILABLE = [false, 'Room not available'] as const;

const openRoom: Handler = (state, user, [raw]) => {
  const request = parse(state, user, RoomRequest, raw);
  if (!request) return NOT_AVAILABLE;
  const { sessionid: id, extra = {}, ...rest } = request;
  if (isInBroadcast(user)) return enterBroadcastRoom(user, extra);
  const settings = { extra: sharedExtra(extra), ...rest };
  const existing = state.rooms.get(id);
  if (existing?.owner === user.id) {
    // Whoever reconnects opens again what it still holds.
    Object.assign(existing, settings);
    takeExtra(user, extra);
    return [true];
  }
  // The id of somebody who is there is theirs: legacy pages are rooms themselves.
  const holder = state.users.get(id);
  if (existing || (holder && holder !== user) || state.virtualIds.has(id)) return NOT_AVAILABLE;
  const room: BridgeRoom = {
    id,
    owner: user.id,
    participants: [],
    ...settings,
    maxParticipants: user.maxParticipants,
    autoClose: user.autoClose || settings.session.oneway === true || settings.session.broadcast === true,
  };
  state.rooms.set(id, room);
  enterRoom(state, user, room);
  takeExtra(user, extra);
  deliverWaiting(state, id);
  return [true];
};

/** A scalable broadcast is no room: who is in it has been told by `join-broadcaster` whom to ask. */
function enterBroadcastRoom(user: User, extra: Extra | undefined): readonly unknown[] {
  if (extra) takeExtra(user, extra);
  return [true];
}

const joinRoom: Handler = (state, user, [raw]) => {
  const request = parse(state, user, RoomRequest, raw);
  if (!request) return NOT_AVAILABLE;
  if (isInBroadcast(user)) return enterBroadcastRoom(user, request.extra);
  const room = state.rooms.get(request.sessionid);
  if (!room) return joinUser(state, user, request);
  if (room.participants.includes(user.id)) return [true];
  if (tryPassword(state, user, room, request.password) !== 'right') return [false, 'Invalid password'];
  if (!claimSeat(state, room)) return [false, 'Room full'];
  enterRoom(state, user, room);
  if (request.extra) takeExtra(user, request.extra);
  // Where no password is needed, it may be a token.
  if (room.password === '' && request.password !== '') user.token ??= request.password;
  return [true];
};

/** There is no room of this id: the user of this id may be one. */
function joinUser(state: BridgeState, user: User, { sessionid: id, password }: RoomRequest): readonly unknown[] {
  const host = hostOf(state, id);
  if (!host || host === user) return NOT_AVAILABLE;
  if (tryPassword(state, user, host, password) !== 'right') return [false, 'Invalid password'];
  if (!claimPlace(state, host, user)) return [false, 'Room full'];
  leaveRoom(state, user);
  user.guestOf = host;
  return [true];
}

const checkPresence: Handler = (state, user, [raw]) => {
  const id = parse(state, user, UserId, raw);
  const room = id === undefined ? undefined : state.rooms.get(id);
  if (room) return [true, room.id, presence(room.extra, isFull(state, room), room.password)];
  const host = id === undefined ? undefined : hostOf(state, id);
  if (host)
    return [host !== user, host.id, presence(host.extra, host.links.size >= host.maxParticipants, host.password)];
  return [false, echo(raw), presence({}, false, '')];
};

/** What was asked for, as far as it can be anything: it may be nested too deeply to be sent back. */
function echo(raw: unknown): unknown {
  return typeof raw === 'object' ? null : raw;
}

function presence(extra: Record<string, unknown>, full: boolean, password: string): Record<string, unknown> {
  return { ...extra, _room: { isFull: full, isPasswordProtected: password !== '' } };
}

const isValidPassword: Handler = (state, user, [password, raw]) => {
  const id = echo(raw);
  const given = parse(state, user, Password, password) ?? '';
  if (given === '') return [false, id, 'You did not enter the password.'];
  const roomId = parse(state, user, UserId, id);
  if (roomId === undefined) return [false, id, 'You did not enter the room-id.'];
  const room = state.rooms.get(roomId);
  if (!room) return [false, id, 'Room not available'];
  if (room.password === '') return [false, id, 'This room do not have any password.'];
  return tryPassword(state, user, room, given) === 'right' ? [true, id, false] : [false, id, 'Invalid password'];
};

const setPassword: Handler = (state, user, [raw]) => {
  const password = parse(state, user, Password, raw);
  if (password === undefined) return undefined;
  const room = roomOf(state, user);
  if (!room) {
    user.password = password; // legacy pages are rooms themselves, and ask for no answer
    return [null, null, 'Did not join any room yet'];
  }
  if (room.owner !== user.id) return [false, room.id, 'Room permission denied'];
  room.password = password;
  return [true, room.id, null];
};

const getPublicRooms: Handler = (state, user, [raw]) => {
  const identifier = parse(state, user, z.string().min(1), raw);
  if (identifier === undefined) return [null, 'publicRoomIdentifier is required'];
  const rooms = [...state.rooms.values()].filter((room) => room.identifier === identifier);
  return [rooms.map((room) => publicRoom(state, room))];
};

function publicRoom(state: BridgeState, room: BridgeRoom): Record<string, unknown> {
  return {
    maxParticipantsAllowed: room.maxParticipants,
    owner: room.owner,
    participants: room.participants,
    extra: room.extra,
    session: room.session,
    sessionid: room.id,
    isRoomFull: isFull(state, room),
    isPasswordProtected: room.password !== '',
  };
}

const closeEntireSession: Handler = (state, user) => {
  const room = roomOf(state, user);
  if (room && room.owner !== user.id) return [false, 'Room permission denied'];
  // A legacy page is a room itself, of those that it talks to.
  const others = room ? room.participants : [...user.links];
  if (!room && others.length === 0) return NOT_AVAILABLE;
  for (const id of others) {
    if (id !== user.id) tell(state, id, 'closed-entire-session', room?.id ?? user.id, room?.extra ?? user.extra);
  }
  if (room) endRoom(state, room);
  return [true];
};

/** Events about rooms (docs/protocol.md). */
export const roomEvents: [event: string, handler: Handler][] = [
  ['open-room', openRoom],
  ['join-room', joinRoom],
  ['check-presence', checkPresence],
  ['is-valid-password', isValidPassword],
  ['set-password', setPassword],
  ['get-public-rooms', getPublicRooms],
  ['close-entire-session', closeEntireSession],
];
