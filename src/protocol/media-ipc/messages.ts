import { z } from 'zod';
import { GridFormat } from '../grid-format.ts';
import { IceSettings } from '../ice.ts';
import { VideoCodec } from '../video-codec.ts';
import { RoomFigures, TrafficFigures } from './figures.ts';
import { GridTiles } from './grid.ts';
import { IceCandidate, Offer, OfferAccepted, Published, View, ViewChange } from './view.ts';

/** The environment variable with the WorkerOptions as JSON: unlike arguments, other users of the machine cannot read it. */
export const WORKER_OPTIONS_VARIABLE = 'WEBSTREAMER_WORKER';

/** What a media worker is told when it is forked. */
export const WorkerOptions = z.object({
  /** The addresses that ICE candidates are gathered on; empty = all of the machine's. */
  iceAddresses: z.array(z.string()),
  /** The other settings of ICE; without them it uses those addresses only. */
  ice: IceSettings.optional(),
  /** The most that one page may send as video, in bit/s (`b=TIAS`, RFC 3890). */
  maxVideoBitrateBps: z.number().int().positive(),
  /** The picture of the layout `grid`. */
  grid: GridFormat.prefault({}),
  /** A page from which nothing at all arrives for this long has stalled. */
  stallTimeoutMs: z.number().int().positive(),
});
/** See {@link WorkerOptions}. */
export type WorkerOptions = z.infer<typeof WorkerOptions>;
/** The same, with defaults left out. */
export type WorkerOptionsInput = z.input<typeof WorkerOptions>;

const RoomRef = z.object({ room: z.string() });
const EndpointRef = z.object({ endpoint: z.string() });
const Nothing = z.null();

/** What a worker holds and uses. */
export const WorkerFigures = z.object({
  rooms: z.number(),
  endpoints: z.number(),
  /** GStreamer pipelines that exist: one per endpoint, one per room, and one per slate. */
  pipelines: z.number(),
  threads: z.number(),
  fileDescriptors: z.number(),
  /** Processor time that it has used since it was started. */
  cpuSeconds: z.number(),
  residentBytes: z.number(),
  /** What native code has allocated and not freed. */
  allocatedBytes: z.number(),
});
/** See {@link WorkerFigures}. */
export type WorkerFigures = z.infer<typeof WorkerFigures>;

/** The calls that a worker answers: parameters and result of each. */
export const METHODS = {
  openRoom: { params: RoomRef.extend({ codec: VideoCodec }), result: Nothing },
  closeRoom: { params: RoomRef, result: Nothing },
  openEndpoint: { params: RoomRef.extend(EndpointRef.shape), result: Nothing },
  closeEndpoint: { params: EndpointRef, result: Nothing },
  setGrid: { params: RoomRef.extend({ tiles: GridTiles }), result: Nothing },
  setView: { params: EndpointRef.extend({ view: View }), result: ViewChange },
  createOffer: { params: EndpointRef, result: Offer },
  acceptAnswer: { params: EndpointRef.extend({ sdp: z.string() }), result: z.object({ renegotiate: z.boolean() }) },
  acceptOffer: { params: EndpointRef.extend({ sdp: z.string() }), result: OfferAccepted },
  endStream: { params: EndpointRef.extend({ streamId: z.string() }), result: Nothing },
  addCandidate: { params: EndpointRef.extend({ candidate: IceCandidate }), result: Nothing },
  sendTexts: { params: EndpointRef.extend({ texts: z.array(z.string()) }), result: z.boolean() },
  /** A JPEG in base64. */
  picture: { params: EndpointRef, result: z.base64() },
  figures: { params: RoomRef, result: RoomFigures },
  traffic: { params: z.object({}), result: TrafficFigures },
  dump: { params: z.object({}), result: WorkerFigures },
  stop: { params: z.object({}), result: Nothing },
} as const;

/** The name of a call. */
export type Method = keyof typeof METHODS;
/** The parameters of a call. */
export type Params<M extends Method> = z.infer<(typeof METHODS)[M]['params']>;
/** The result of a call. */
export type Result<M extends Method> = z.infer<(typeof METHODS)[M]['result']>;

/** A call, server to worker. */
export const Request = z.object({
  id: z.number().int(),
  method: z.enum(Object.keys(METHODS) as [Method, ...Method[]]),
  params: z.unknown(),
});
/** See {@link Request}. */
export type Request = z.infer<typeof Request>;

/** What an endpoint reports by itself. */
export const EndpointEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('candidate'), candidate: IceCandidate }),
  z.object({ type: z.literal('connected') }),
  z.object({ type: z.literal('failed') }),
  z.object({ type: z.literal('stalled') }),
  z.object({ type: z.literal('resumed') }),
  z.object({ type: z.literal('published'), published: Published }),
  z.object({ type: z.literal('channel'), replaces: z.boolean() }),
  z.object({ type: z.literal('text'), text: z.string() }),
]);
/** See {@link EndpointEvent}. */
export type EndpointEvent = z.infer<typeof EndpointEvent>;

/** Anything that a worker sends: that it is warm, that it cannot start, an answer to a call, an endpoint's event, how loud a room's endpoints are (dBov), a line for the log. */
export const WorkerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('unable'), code: z.string(), detail: z.string() }),
  z.object({ kind: z.literal('result'), id: z.number().int(), result: z.unknown() }),
  z.object({ kind: z.literal('error'), id: z.number().int(), code: z.string(), detail: z.string() }),
  z.object({ kind: z.literal('event'), endpoint: z.string(), event: EndpointEvent }),
  z.object({ kind: z.literal('levels'), room: z.string(), levels: z.record(z.string(), z.number()) }),
  z.object({
    kind: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    fields: z.record(z.string(), z.unknown()),
    message: z.string(),
  }),
]);
/** See {@link WorkerMessage}. */
export type WorkerMessage = z.infer<typeof WorkerMessage>;
