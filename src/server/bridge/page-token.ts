import { MAX_TOKEN_LENGTH, type Extra } from '../../protocol/signalling/bridge-events.ts';
import type { Envelope } from '../../protocol/signalling/peer-message.ts';
import { type BridgeState, isWebstreamer, type User } from './state.ts';

/** Extra data that anybody may see, and the token that was in it. */
function split(extra: Extra): { shared: Extra; token: string | null } {
  const { webstreamer } = extra;
  if (typeof webstreamer !== 'object' || webstreamer === null || !('token' in webstreamer))
    return { shared: extra, token: null };
  const { token, ...rest } = webstreamer;
  const isToken = typeof token === 'string' && token.length <= MAX_TOKEN_LENGTH;
  return { shared: { ...extra, webstreamer: rest }, token: isToken ? token : null };
}

/** What a page tells of its user from now on. The token in it is kept apart: it is for the connection that the page joins, and nobody else. */
export function takeExtra(user: Pick<User, 'extra' | 'token'>, extra: Extra): void {
  const { shared, token } = split(extra);
  user.extra = shared;
  user.token = token;
}

/** A room's extra data, which anybody may see. */
export function sharedExtra(extra: Extra): Extra {
  return split(extra).shared;
}

/** Whether a user is the webstreamer whose connection this page is at. */
function isOwnWebstreamer(state: BridgeState, page: User, receiver: User): boolean {
  return page.roomId !== null && page.roomId === receiver.roomId && isWebstreamer(state, receiver);
}

/** The extra data of a user for somebody else: with the token for the webstreamer whose connection they are at. */
export function extraFor(state: BridgeState, user: User, receiver: User): Extra {
  if (user.token === null || !isOwnWebstreamer(state, user, receiver)) return user.extra;
  return { ...user.extra, webstreamer: { ...(user.extra.webstreamer as Extra | undefined), token: user.token } };
}

/** Takes the token out of what a page has put into an envelope itself. */
export function keepToken(user: User, envelope: Envelope): void {
  if (envelope.extra === undefined) return;
  const { shared, token } = split(envelope.extra);
  envelope.extra = shared;
  user.token = token ?? user.token;
}

/** A request for one of its receivers: the password is for the owner of what is asked for alone, the token for a webstreamer. */
export function requestFor(
  state: BridgeState,
  user: User,
  envelope: Envelope,
  receiver: User,
  isOwner: boolean,
): Envelope {
  const request: Envelope = { ...envelope, remoteUserId: receiver.id };
  if (!isOwner && typeof request.password === 'string') request.password = false;
  if (user.token !== null && isOwnWebstreamer(state, user, receiver)) request.extra = extraFor(state, user, receiver);
  return request;
}
