import { z } from 'zod';

/** A stream that a slot can show: the slate, the room's grid, or the camera or the screen of an endpoint (named by its endpoint id). */
export const StreamRef = z.union([
  z.object({ source: z.literal('slate') }),
  z.object({ source: z.literal('grid') }),
  z.object({
    source: z.literal('endpoint'),
    endpoint: z.string(),
    /** The screen that the endpoint's user shares; the camera when absent. */
    kind: z.literal('screen').exactOptional(),
  }),
]);
/** See {@link StreamRef}. */
export type StreamRef = z.infer<typeof StreamRef>;

/** The slate, as a stream. */
export const SLATE: StreamRef = { source: 'slate' };
/** The one picture of all people of the room, as a stream. */
export const GRID: StreamRef = { source: 'grid' };

/**
 * What one endpoint's user should see and hear. `video`: one box each; the first is `main`, which is always there.
 * `audio`: the streams mixed for this listener. Streams that do not exist (yet) are waited for and show the slate meanwhile.
 */
export const View = z.object({
  video: z.array(StreamRef).min(1),
  audio: z.array(StreamRef),
  /** The most that the page is asked to send as one picture, in bit/s; at most, and when absent, what the worker was started with. */
  maxVideoBitrateBps: z.int().positive().exactOptional(),
});
/** See {@link View}. */
export type View = z.infer<typeof View>;

/**
 * What a change of view asks of the signalling: the stream ids (msids) whose boxes the page must remove now, and whether the page
 * needs a new offer to show the rest. `boxes` = what each box shows from now on, by its stream id; `main` is the first.
 */
export const ViewChange = z.object({
  removed: z.array(z.string()),
  renegotiate: z.boolean(),
  boxes: z.array(z.object({ streamId: z.string(), shows: StreamRef })).min(1),
});
/** See {@link ViewChange}. */
export type ViewChange = z.infer<typeof ViewChange>;

/** An offer for the page; `streams` = what each msid in it carries, `renegotiation` = whether the endpoint has made one before. */
export const Offer = z.object({
  sdp: z.string(),
  renegotiation: z.boolean(),
  streams: z.record(z.string(), z.object({ isAudio: z.boolean(), isVideo: z.boolean(), isScreen: z.boolean() })),
});
/** See {@link Offer}. */
export type Offer = z.infer<typeof Offer>;

/** Our answer to an offer of the page; `streams` as in an {@link Offer}. */
export const Answer = Offer.pick({ sdp: true, streams: true });
/** See {@link Answer}. */
export type Answer = z.infer<typeof Answer>;

/** What became of an offer of the page; `answer` = null when it met one of ours; `renegotiate` = whether the page needs an offer of ours. */
export const OfferAccepted = z.object({ answer: Answer.nullable(), renegotiate: z.boolean() });
/** See {@link OfferAccepted}. */
export type OfferAccepted = z.infer<typeof OfferAccepted>;

/** One ICE candidate, as in RTCIceCandidateInit. */
export const IceCandidate = z.object({
  candidate: z.string(),
  sdpMid: z.string().nullable(),
  sdpMLineIndex: z.number().int().min(0).nullable(),
});
/** See {@link IceCandidate}. */
export type IceCandidate = z.infer<typeof IceCandidate>;

/** What an endpoint publishes at the moment: true while packets of that kind can be forwarded. */
export const Published = z.object({ audio: z.boolean(), video: z.boolean(), screen: z.boolean() });
/** See {@link Published}. */
export type Published = z.infer<typeof Published>;
