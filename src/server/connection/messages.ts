import type { Answer, IceCandidate, Offer } from '../../protocol/media-ipc/view.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Reason } from '../../protocol/reasons.ts';
import { PageExtra } from '../../protocol/signalling/page-extra.ts';
import type { NewParticipationRequest } from '../../protocol/signalling/peer-message.ts';
import type { WhatBoxesShow } from './box-labels.ts';

/*
 * What webstreamer says to a page, key by key and in the order in which a page that opened a room says it (docs/protocol.md).
 * The objects are built fresh each time: they are sent, never changed.
 */

const bothWays = () => ({ OfferToReceiveAudio: true, OfferToReceiveVideo: true });

/** The page's own first message, as it sent it: without what the bridge adds on the way. */
export function connectionDescription(envelope: Record<string, unknown>): Record<string, unknown> {
  const description = { ...envelope };
  delete description.extra;
  return description;
}

/** The token that a page says: in its extra data, else in place of a password, which is all that older clients can say. */
export function tokenOf({ extra, password }: Record<string, unknown>): string | undefined {
  const token = PageExtra.parse(extra).webstreamer?.token;
  if (token !== undefined) return token;
  return typeof password === 'string' && password !== '' ? password : undefined;
}

/** The answer to a `newParticipationRequest`: the page replies with `readyForOffer`. */
export function enableMedia(request: NewParticipationRequest, description: Record<string, unknown>) {
  return {
    enableMedia: true,
    userPreferences: {
      extra: {},
      localPeerSdpConstraints: request.localPeerSdpConstraints ?? bothWays(),
      remotePeerSdpConstraints: request.remotePeerSdpConstraints ?? bothWays(),
      isOneWay: true,
      isDataOnly: false,
      dontGetRemoteStream: false,
      dontAttachLocalStream: false,
      connectionDescription: description,
    },
  };
}

/** Said between `readyForOffer` and the first offer, to pages that know it: those whose first message carries `password`. */
export const NEXT_POSSIBLE_INITIATOR = 'next-possible-initiator';

/**
 * An offer. The page hands `description` back in its answer, so the number of the invitation travels in it: an answer to an
 * earlier invitation can be told from one to this. The first invitation carries no number: it is as a page would send it.
 */
export function offer(
  { sdp, renegotiation, streams }: Offer,
  description: Record<string, unknown>,
  invitation: number,
) {
  return {
    type: 'offer',
    sdp,
    remotePeerSdpConstraints: bothWays(),
    renegotiatingPeer: renegotiation,
    connectionDescription: invitation === 1 ? description : { ...description, invitation },
    dontGetRemoteStream: false,
    extra: {},
    streamsToShare: streams,
  };
}

/** The answer to an offer that the page makes in the middle of a call. */
export function answer({ sdp, streams }: Answer, description: Record<string, unknown>) {
  return {
    type: 'answer',
    sdp,
    remotePeerSdpConstraints: false,
    renegotiatingPeer: true,
    connectionDescription: description,
    dontGetRemoteStream: false,
    extra: {},
    streamsToShare: streams,
  };
}

/** The number of the invitation that an answer belongs to, or null when the page has not said. */
export function invitationOf(answer: Record<string, unknown>): number | null {
  const description = answer.connectionDescription;
  if (typeof description !== 'object' || description === null) return null;
  const invitation: unknown = 'invitation' in description ? description.invitation : 1;
  return typeof invitation === 'number' ? invitation : null;
}

/** An ICE candidate of ours. */
export function candidate({ candidate: text, sdpMid, sdpMLineIndex }: IceCandidate) {
  return { candidate: text, sdpMid, sdpMLineIndex };
}

/** Takes the box of one stream off the page, at once. */
export function streamRemoved(streamid: string) {
  return { streamSyncNeeded: true, streamid, action: 'stream-removed', type: 'both' };
}

/** Says that the one whom a box shows has muted themselves, or is heard and seen again. */
export function streamMuted(streamid: string, action: 'mute' | 'unmute', type: 'audio' | 'video' | 'both') {
  return { streamSyncNeeded: true, streamid, action, type };
}

/** Says what each box shows, by its stream id; a page of RTCMultiConnection's own ignores it. */
export function boxes(told: WhatBoxesShow) {
  return { ...told };
}

/**
 * Ends the call: the page drops its peer. With a reason it is for good, else an invitation follows; `text` is for the user. A page of
 * RTCMultiConnection's own does not look at either.
 */
export function userLeft(reason?: Reason | ErrorCode, text?: string) {
  return { userLeft: true, ...(reason && { reason }), ...(text !== undefined && { text }) };
}
