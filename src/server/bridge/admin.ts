import { AdminRequest } from '../../protocol/signalling/bridge-events.ts';
import type { AdminHandshake } from '../../protocol/signalling/bridge-events.ts';
import { endRoom, removeUser } from './membership.ts';
import { countGuess, hasGuessedTooOften, samePassword } from './password.ts';
import { type BridgeRoom, type BridgeState, roomOf, type User } from './state.ts';

/** Who may administrate. */
export interface AdminAccount {
  userName: string;
  password: string;
}

/** No room has this id: ids have no spaces. */
const LOGIN = 'admin login';
const NO_ACCOUNT = 'Please pass "adminUserName" and "adminPassword" via socket.io parameters.';
const WRONG_ACCOUNT = 'Invalid admin username or password.';
const UNKNOWN_USER = 'User ID does not exist';

/** Why somebody may not administrate, in the words that the admin page knows; null when they may. */
export function whyNotAdmin(
  state: BridgeState,
  account: AdminAccount | undefined,
  { adminUserName, adminPassword }: AdminHandshake,
  address: string,
): string | null {
  if (account === undefined || adminUserName === '' || adminPassword === '') return NO_ACCOUNT;
  if (hasGuessedTooOften(state, address, LOGIN)) return WRONG_ACCOUNT;
  const name = samePassword(account.userName, adminUserName);
  if (samePassword(account.password, adminPassword) && name) return null;
  countGuess(state, address, LOGIN);
  return WRONG_ACCOUNT;
}

/** Everything there is, as the admin page shows it; when it only hears that something changed, without the rooms. */
export function overview(state: BridgeState, newUpdates: boolean): Record<string, unknown> {
  return {
    newUpdates,
    listOfRooms: newUpdates ? [] : Object.fromEntries([...state.rooms].map(([id, room]) => [id, adminRoom(room)])),
    listOfUsers: state.users.size,
    scalableBroadcastUsers: [...state.users.values()].filter(({ broadcast }) => broadcast !== null).length,
  };
}

/** A room without its password, which never leaves the bridge. */
function adminRoom(room: BridgeRoom): Record<string, unknown> {
  return {
    maxParticipantsAllowed: room.maxParticipants,
    owner: room.owner,
    participants: room.participants,
    extra: room.extra,
    identifier: room.identifier,
    session: room.session,
    isPasswordProtected: room.password !== '',
  };
}

function userInfo(state: BridgeState, user: User | undefined): Record<string, unknown> {
  if (!user) return { error: UNKNOWN_USER };
  const room = roomOf(state, user);
  return {
    userid: user.id,
    extra: user.extra,
    sessionid: room?.id ?? user.sessionId ?? '',
    session: room?.session ?? {},
    address: user.address,
    connectedWith: [...user.links],
  };
}

/** A user is sent away: its socket is closed, and it is gone at once. */
function sendAway(state: BridgeState, user: User | undefined): void {
  if (!user) return;
  state.effects.cut(user);
  removeUser(state, user);
}

/** What the administrator's request leads to: what the acknowledgement is called with, and whether everything is to be shown. */
export function administrate(state: BridgeState, raw: unknown): { answer: unknown; show: boolean } {
  const parsed = AdminRequest.safeParse(raw);
  if (!parsed.success) return { answer: undefined, show: false };
  const { all, userinfo, deleteUser, deleteRoom, clearLogs, userid, roomid } = parsed.data;
  const user = userid === undefined ? undefined : state.users.get(userid);
  const room = roomid === undefined ? undefined : state.rooms.get(roomid);
  let answer: unknown = undefined;
  if (userinfo) answer = userInfo(state, user);
  if (clearLogs) answer = true; // the log is not kept by the bridge
  if (deleteUser) {
    sendAway(state, user);
    answer = true;
  }
  if (deleteRoom) {
    const participants = room?.participants ?? [];
    if (room) endRoom(state, room);
    for (const id of participants) sendAway(state, state.users.get(id));
    answer = true;
  }
  return { answer, show: all };
}
