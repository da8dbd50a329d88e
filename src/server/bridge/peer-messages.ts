import { z } from 'zod';
import { UserId } from '../../protocol/ids.ts';
import { Envelope } from '../../protocol/signalling/peer-message.ts';
import { isRelayOf } from './broadcast-tree.ts';
import { type Ack, type Handler, parse, refuse } from './handler.ts';
import { claimSeat, enterRoom, leaveRoom, link, unlink } from './membership.ts';
import { extraFor, keepToken } from './page-token.ts';
import { requestParticipation } from './requests.ts';
import { type BridgeState, isConnectionRoom, isWebstreamer, roomOf, type User } from './state.ts';

const DetectPresence = z.object({ detectPresence: z.literal(true), userid: UserId });

const MAX_VIRTUAL_IDS = 256;

/** A message of one user for another, in the envelope `{remoteUserId, message, sender}` (docs/protocol.md). */
export const peerMessage: Handler = (state, user, [raw]) => {
  const envelope = isEnvelopeOf(user, raw) ? raw : parse(state, user, Envelope, raw);
  if (!envelope) return undefined;
  keepToken(user, envelope);
  if (envelope.remoteUserId === 'system') return detectPresence(state, user, envelope);
  if (!maySpeakAs(state, user, envelope.sender)) {
    refuse(state, user, 'other-sender', { sender: envelope.sender });
  } else if (envelope.remoteUserId !== user.id) {
    if (says(envelope.message, 'shiftedModerationControl') && says(envelope.message, 'firedOnLeave')) {
      user.lastWords = envelope; // of a legacy page: said when it has gone
      return undefined;
    }
    const asks = says(envelope.message, 'newParticipationRequest') && !isRelayOf(user, envelope.remoteUserId);
    if (asks && !isNeighbour(state, user, envelope.remoteUserId)) requestParticipation(state, user, envelope);
    else relay(state, user, envelope);
  }
  return undefined;
};

/**
 * Whether this is an envelope as pages send thousands of: true only for what the schema lets through as it is. It is relayed as
 * it came then, without the copy that a schema makes (decision 0017).
 */
function isEnvelopeOf(user: User, raw: unknown): raw is Envelope {
  if (typeof raw !== 'object' || raw === null) return false;
  const { remoteUserId, sender, password, extra } = raw as Record<string, unknown>;
  if (sender !== user.id || password !== undefined || extra !== undefined) return false;
  return typeof remoteUserId === 'string' && user.links.has(remoteUserId);
}

function says(message: unknown, key: string): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    Object.hasOwn(message, key) &&
    Boolean((message as Record<string, unknown>)[key])
  );
}

/** Pages in one room may ask each other by their own ids: a message like any other. */
function isNeighbour(state: BridgeState, user: User, id: string): boolean {
  return !state.rooms.has(id) && user.roomId !== null && state.users.get(id)?.roomId === user.roomId;
}

function detectPresence(state: BridgeState, user: User, { message }: Envelope): Ack {
  const parsed = parse(state, user, DetectPresence, message);
  return parsed && [parsed.userid !== user.id && state.users.has(parsed.userid), parsed.userid];
}

/** The sender is the socket. Only a webstreamer may use further ids, which are then its own. */
function maySpeakAs(state: BridgeState, user: User, sender: string): boolean {
  if (sender === user.id || user.virtualIds.has(sender)) return true;
  const isTaken = state.users.has(sender) || state.rooms.has(sender) || state.virtualIds.has(sender);
  if (!isWebstreamer(state, user) || isTaken || user.virtualIds.size >= MAX_VIRTUAL_IDS) return false;
  user.virtualIds.add(sender);
  state.virtualIds.set(sender, user.id);
  return true;
}

function relay(state: BridgeState, user: User, envelope: Envelope): void {
  const receiver = state.users.get(state.virtualIds.get(envelope.remoteUserId) ?? envelope.remoteUserId);
  if (!receiver || receiver === user) return;
  if (!mayTalk(state, user, receiver)) {
    refuse(state, user, 'other-room', { receiver: receiver.id });
    return;
  }
  const leaves = says(envelope.message, 'userLeft');
  if (!leaves) {
    takeBackSeat(state, user, receiver);
    link(state, user, receiver);
  }
  envelope.extra = extraFor(state, user, receiver);
  state.effects.emit(receiver, receiver.messageEvent, envelope);
  if (leaves) freeSeat(state, user, receiver);
}

/**
 * Strangers do not reach into a room: two users talk when they are in the same one, or both in none, or did so before. A page
 * in no room and a webstreamer may talk as well: after a restart of the bridge, a call that goes on looks like that.
 */
function mayTalk(state: BridgeState, user: User, other: User): boolean {
  if (user.roomId === other.roomId || user.links.has(other.id)) return true;
  if (isRelayOf(user, other.id) || isRelayOf(other, user.id)) return true;
  return (user.roomId === null && isWebstreamer(state, other)) || (other.roomId === null && isWebstreamer(state, user));
}

/** A webstreamer talks to a page that has only been silent: it came back after a restart of the bridge, and has this seat. */
function takeBackSeat(state: BridgeState, webstreamer: User, page: User): void {
  const room = roomOf(state, webstreamer);
  if (page.heard === 'yes' || page.roomId !== null || room?.owner !== webstreamer.id) return;
  if (isConnectionRoom(room) && claimSeat(state, room)) enterRoom(state, page, room);
}

/** A page that leaves a webstreamer leaves its room as well: the seat is free for the next one at once. */
function freeSeat(state: BridgeState, page: User, webstreamer: User): void {
  const room = roomOf(state, page);
  if (!room || !isConnectionRoom(room) || room.owner !== webstreamer.id) return;
  unlink(page, webstreamer);
  leaveRoom(state, page);
}

const disconnectWith: Handler = (state, user, [id]) => {
  const otherId = parse(state, user, UserId, id);
  const other = otherId === undefined ? undefined : state.users.get(otherId);
  if (!other || other === user) return [];
  if (user.links.has(other.id)) {
    unlink(user, other);
    state.effects.emit(user, 'user-disconnected', other.id);
    state.effects.emit(other, 'user-disconnected', user.id);
  }
  freeSeat(state, other, user);
  freeSeat(state, user, other);
  return [];
};

/** Events about who talks to whom. */
export const peerEvents: [event: string, handler: Handler][] = [['disconnect-with', disconnectWith]];
