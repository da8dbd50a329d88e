import { z } from 'zod';
import { UserId } from '../../protocol/ids.ts';
import { Envelope } from '../../protocol/signalling/peer-message.ts';
import type { Handler } from './handler.ts';
import { leaveRoom, link, unlink } from './membership.ts';
import { requestParticipation } from './requests.ts';
import { type BridgeState, isConnectionRoom, type User } from './state.ts';

const DetectPresence = z.object({ detectPresence: z.literal(true), userid: UserId });

/** A message of one user for another, in the envelope `{remoteUserId, message, sender}` (protocol document, sections 3 and 4.4). */
export const peerMessage: Handler = (state, user, [raw]) => {
  const parsed = Envelope.safeParse(raw);
  if (!parsed.success) {
    state.logger.warn({ user: user.id, problem: z.prettifyError(parsed.error) }, 'a peer message is refused');
    return undefined;
  }
  const envelope = parsed.data;
  if (envelope.remoteUserId === 'system') return detectPresence(state, envelope);
  if (!maySpeakAs(state, user, envelope.sender)) {
    state.logger.warn({ user: user.id, sender: envelope.sender }, 'a peer message is refused: it names another sender');
    return undefined;
  }
  if (envelope.remoteUserId === user.id) return undefined;
  if (isObjectWith(envelope.message, 'newParticipationRequest')) requestParticipation(state, user, envelope);
  else relay(state, user, envelope);
  return undefined;
};

function isObjectWith(message: unknown, key: string): boolean {
  return typeof message === 'object' && message !== null && Object.hasOwn(message, key);
}

function detectPresence(state: BridgeState, { message }: Envelope): readonly unknown[] | undefined {
  const parsed = DetectPresence.safeParse(message);
  return parsed.success ? [state.users.has(parsed.data.userid), parsed.data.userid] : undefined;
}

/** The sender is the socket. Only a webstreamer may use further ids, which are then its own. */
function maySpeakAs(state: BridgeState, user: User, sender: string): boolean {
  if (sender === user.id || user.virtualIds.has(sender)) return true;
  const room = user.roomId === null ? undefined : state.rooms.get(user.roomId);
  const isWebstreamer = room?.owner === user.id && isConnectionRoom(room);
  if (!isWebstreamer || state.users.has(sender) || state.rooms.has(sender) || state.virtualIds.has(sender))
    return false;
  user.virtualIds.add(sender);
  state.virtualIds.set(sender, user.id);
  return true;
}

function relay(state: BridgeState, user: User, envelope: Envelope): void {
  const receiver = state.users.get(state.virtualIds.get(envelope.remoteUserId) ?? envelope.remoteUserId);
  if (!receiver || receiver === user) return;
  const leaves = isObjectWith(envelope.message, 'userLeft');
  if (!leaves) link(state, user, receiver);
  state.emit(receiver.id, receiver.messageEvent, { ...envelope, extra: user.extra });
  if (leaves) freeSeat(state, user, receiver);
}

/** A page that leaves a webstreamer leaves its room as well: the seat is free for the next one at once. */
function freeSeat(state: BridgeState, page: User, webstreamer: User): void {
  const room = page.roomId === null ? undefined : state.rooms.get(page.roomId);
  if (!room || !isConnectionRoom(room) || room.owner !== webstreamer.id) return;
  unlink(page, webstreamer);
  leaveRoom(state, page);
}

const disconnectWith: Handler = (state, user, [id]) => {
  const parsed = UserId.safeParse(id);
  const other = parsed.success ? state.users.get(parsed.data) : undefined;
  if (other && user.links.has(other.id)) {
    unlink(user, other);
    state.emit(user.id, 'user-disconnected', other.id);
    state.emit(other.id, 'user-disconnected', user.id);
    freeSeat(state, other, user);
    freeSeat(state, user, other);
  }
  return [];
};

/** Events about who talks to whom. */
export const peerEvents: [event: string, handler: Handler][] = [['disconnect-with', disconnectWith]];
