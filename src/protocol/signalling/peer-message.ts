import { z } from 'zod';
import { UserId } from '../ids.ts';
import { MAX_TOKEN_LENGTH } from './bridge-events.ts';

/** Longest session description taken from a page, in characters; a real answer with eight streams has about 12,000. */
export const MAX_SDP_LENGTH = 200_000;

const Preferences = z.looseObject({});

const NewParticipationRequest = z.looseObject({
  newParticipationRequest: z.literal(true),
  isOneWay: z.boolean().optional(),
  isDataOnly: z.boolean().optional(),
  localPeerSdpConstraints: Preferences.optional(),
  remotePeerSdpConstraints: z.union([Preferences, z.literal(false)]).optional(),
});
const ReadyForOffer = z.looseObject({ readyForOffer: z.literal(true), userPreferences: Preferences.optional() });
const SessionDescription = z.looseObject({
  type: z.enum(['offer', 'answer']),
  sdp: z.string().min(1).max(MAX_SDP_LENGTH),
  renegotiatingPeer: z.boolean().optional(),
});
const Candidate = z.looseObject({
  candidate: z.string().max(2000),
  sdpMid: z.string().max(64).nullish(),
  sdpMLineIndex: z.number().int().min(0).max(1000).nullish(),
});
const UserLeft = z.looseObject({ userLeft: z.literal(true) });
const StreamSyncNeeded = z.looseObject({
  streamSyncNeeded: z.literal(true),
  streamid: z.string().max(256),
  action: z.string().max(64),
  type: z.string().max(16).optional(),
});

/** What a page can tell the browser it believes to have opened the room (protocol document, section 3); anything else is refused. */
export const PageMessage = z.union([
  NewParticipationRequest,
  ReadyForOffer,
  SessionDescription,
  Candidate,
  UserLeft,
  StreamSyncNeeded,
]);
/** See {@link PageMessage}. */
export type PageMessage = z.infer<typeof PageMessage>;
/** A `newParticipationRequest`. */
export type NewParticipationRequest = z.infer<typeof NewParticipationRequest>;

/** The envelope of every peer message: `{remoteUserId, message, sender}` and what the bridge adds. */
export const Envelope = z.looseObject({
  remoteUserId: UserId,
  message: z.unknown(),
  sender: UserId,
  password: z.union([z.string().max(MAX_TOKEN_LENGTH), z.boolean()]).optional(),
  extra: z.looseObject({}).optional(),
});
/** See {@link Envelope}. */
export type Envelope = z.infer<typeof Envelope>;

/** The name of the socket event that carries envelopes on the Video-Conferencing page. */
export const DEFAULT_MESSAGE_EVENT = 'video-conference-demo';
