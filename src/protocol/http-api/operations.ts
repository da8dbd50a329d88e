import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { ConnectionId, RoomName } from '../ids.ts';
import { Access, JoinLink, JoinRoom, LinkId, LinkResource, MakeLink, Place, type Scope } from './access.ts';
import { MessageQuery, MessageResource, PostMessage } from './chat.ts';
import { EventsQuery } from './event.ts';
import { Health, Readiness } from './health.ts';
import {
  AddConnection,
  ChangeConnection,
  ChangeRoom,
  CreateRoom,
  RemoveUser,
  RoomQuery,
  RoomResource,
  SetSpeaker,
} from './room.ts';
import { RoomStats, ServerStats } from './stats.ts';

/** The methods of the API. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What an operation answers when it succeeds; `body` = null for an answer without one, a media type for one that is not JSON. */
export interface OperationAnswer {
  status: 200 | 201 | 204;
  body: z.ZodType | { mediaType: string } | null;
}

/** One thing that can be asked of the API. `scope` = what a caller needs, null for what anybody may ask; more scopes do, too. */
export interface Operation {
  method: HttpMethod;
  /** Below the server's own address; `{…}` are the keys of `params`. */
  path: string;
  summary: string;
  tag: 'rooms' | 'connections' | 'joining' | 'messages' | 'events' | 'server';
  scope: Scope | null;
  params: z.ZodObject;
  query: z.ZodType;
  body: z.ZodType | null;
  answer: OperationAnswer;
  /** The errors of this operation, beside those that any has. */
  errors: readonly ErrorCode[];
  /** Whether `If-Match` with a room's ETag is looked at. */
  conditional: boolean;
}

const NO_QUERY = z.strictObject({});
const NO_PARAMS = z.object({});
const ROOM = z.object({ name: RoomName });
const CONNECTION = z.object({ name: RoomName, id: ConnectionId });

/** Fills in what most operations have, and keeps the exact types. */
function operation<
  Params extends z.ZodObject = typeof NO_PARAMS,
  Query extends z.ZodType = typeof NO_QUERY,
  Body extends z.ZodType | null = null,
  const Answer extends OperationAnswer = OperationAnswer,
>(
  given: Pick<Operation, 'method' | 'path' | 'summary' | 'tag' | 'scope'> & {
    answer: Answer;
    params?: Params;
    query?: Query;
    body?: Body;
    errors?: readonly ErrorCode[];
    conditional?: true;
  },
) {
  return {
    ...given,
    params: (given.params ?? NO_PARAMS) as Params,
    query: (given.query ?? NO_QUERY) as Query,
    body: (given.body ?? null) as Body,
    errors: given.errors ?? [],
    conditional: given.conditional ?? false,
  };
}

const noContent = { status: 204, body: null } as const;
const json = <S extends z.ZodType>(body: S) => ({ status: 200, body }) as const;
const created = <S extends z.ZodType>(body: S) => ({ status: 201, body }) as const;
const media = (mediaType: string) => ({ status: 200, body: { mediaType } }) as const;

/** Errors of everything that needs the media workers. */
const MEDIA_ERRORS = ['media-unavailable', 'media-timeout', 'media-worker-died'] as const;

/** Everything that can be asked of the API, by name: what the server routes, the OpenAPI document, and the client are made of. */
export const OPERATIONS = {
  getHealth: operation({
    method: 'GET',
    path: '/api/v1/health',
    summary: 'Whether the server can serve media; the answer comes with status 503 while it cannot',
    tag: 'server',
    scope: null,
    answer: json(Health),
  }),
  getReady: operation({
    method: 'GET',
    path: '/api/v1/ready',
    summary: 'Whether people can be sent here; the answer comes with status 503 while they should not be',
    tag: 'server',
    scope: null,
    answer: json(Readiness),
  }),
  getAccess: operation({
    method: 'GET',
    path: '/api/v1/access',
    summary: 'What the key or token of this request allows',
    tag: 'server',
    scope: null,
    answer: json(Access),
  }),
  getStats: operation({
    method: 'GET',
    path: '/api/v1/stats',
    summary: 'What the server and its media workers use',
    tag: 'server',
    scope: 'read',
    answer: json(ServerStats),
  }),
  getMetrics: operation({
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics for Prometheus',
    tag: 'server',
    scope: 'read',
    answer: media('text/plain'),
  }),
  readEvents: operation({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Events as they happen, as server-sent events',
    tag: 'events',
    scope: 'read',
    query: EventsQuery,
    answer: media('text/event-stream'),
    errors: ['too-many-readers'],
  }),
  listRooms: operation({
    method: 'GET',
    path: '/api/v1/rooms',
    summary: 'The rooms, in the order of their names',
    tag: 'rooms',
    scope: 'read',
    query: RoomQuery,
    answer: json(z.array(RoomResource)),
  }),
  createRoom: operation({
    method: 'POST',
    path: '/api/v1/rooms',
    summary: 'Make a room',
    tag: 'rooms',
    scope: 'operator',
    body: CreateRoom,
    answer: created(RoomResource),
    errors: ['room-exists', 'connection-exists', 'draining', ...MEDIA_ERRORS],
  }),
  getRoom: operation({
    method: 'GET',
    path: '/api/v1/rooms/{name}',
    summary: 'One room',
    tag: 'rooms',
    scope: 'read',
    params: ROOM,
    answer: json(RoomResource),
    errors: ['room-not-found'],
  }),
  changeRoom: operation({
    method: 'PATCH',
    path: '/api/v1/rooms/{name}',
    summary: 'Change settings of a room',
    tag: 'rooms',
    scope: 'room-operator',
    params: ROOM,
    body: ChangeRoom,
    answer: json(RoomResource),
    errors: ['room-not-found'],
    conditional: true,
  }),
  deleteRoom: operation({
    method: 'DELETE',
    path: '/api/v1/rooms/{name}',
    summary: 'End a room; everybody in it is shown out',
    tag: 'rooms',
    scope: 'operator',
    params: ROOM,
    answer: noContent,
    errors: ['room-not-found'],
    conditional: true,
  }),
  setSpeaker: operation({
    method: 'PUT',
    path: '/api/v1/rooms/{name}/speaker',
    summary: 'Give the floor to a connection',
    tag: 'rooms',
    scope: 'room-operator',
    params: ROOM,
    body: SetSpeaker,
    answer: json(RoomResource),
    errors: ['room-not-found', 'connection-not-found', 'is-viewer'],
    conditional: true,
  }),
  clearSpeaker: operation({
    method: 'DELETE',
    path: '/api/v1/rooms/{name}/speaker',
    summary: 'Take the floor from whoever has it',
    tag: 'rooms',
    scope: 'room-operator',
    params: ROOM,
    answer: noContent,
    errors: ['room-not-found'],
    conditional: true,
  }),
  getRoomStats: operation({
    method: 'GET',
    path: '/api/v1/rooms/{name}/stats',
    summary: 'Bitrates, loss, round trip and quality of each connection',
    tag: 'rooms',
    scope: 'read',
    params: ROOM,
    answer: json(RoomStats),
    errors: ['room-not-found', ...MEDIA_ERRORS],
  }),
  addConnection: operation({
    method: 'POST',
    path: '/api/v1/rooms/{name}/connections',
    summary: 'Add a connection to a room',
    tag: 'connections',
    scope: 'room-operator',
    params: ROOM,
    body: AddConnection,
    answer: created(RoomResource),
    errors: ['room-not-found', 'connection-exists', 'draining'],
  }),
  changeConnection: operation({
    method: 'PATCH',
    path: '/api/v1/rooms/{name}/connections/{id}',
    summary: 'Name or mute the user of a connection',
    tag: 'connections',
    scope: 'room-operator',
    params: CONNECTION,
    body: ChangeConnection,
    answer: json(RoomResource),
    errors: ['room-not-found', 'connection-not-found'],
  }),
  removeConnection: operation({
    method: 'DELETE',
    path: '/api/v1/rooms/{name}/connections/{id}',
    summary: 'Take a connection out of its room; its user is shown out',
    tag: 'connections',
    scope: 'room-operator',
    params: CONNECTION,
    answer: noContent,
    errors: ['room-not-found', 'connection-not-found'],
  }),
  removeUser: operation({
    method: 'DELETE',
    path: '/api/v1/rooms/{name}/connections/{id}/user',
    summary: 'Show the user of a connection out; the connection stays',
    tag: 'connections',
    scope: 'room-operator',
    params: CONNECTION,
    query: RemoveUser,
    answer: noContent,
    errors: ['room-not-found', 'connection-not-found', 'user-not-found'],
  }),
  getPicture: operation({
    method: 'GET',
    path: '/api/v1/rooms/{name}/connections/{id}/picture',
    summary: 'A small picture of what the camera of a connection sees, at most two seconds old',
    tag: 'connections',
    scope: 'room-operator',
    params: CONNECTION,
    answer: media('image/jpeg'),
    errors: ['room-not-found', 'connection-not-found', 'no-picture', ...MEDIA_ERRORS],
  }),
  joinRoom: operation({
    method: 'POST',
    path: '/api/v1/rooms/{name}/join',
    summary: 'Get a place in a room: a connection to join, made for this',
    tag: 'joining',
    scope: 'join',
    params: ROOM,
    body: JoinRoom,
    answer: created(Place),
    errors: ['room-not-found', 'room-locked', 'room-full', 'draining', 'bridge-unreachable'],
  }),
  makeLink: operation({
    method: 'POST',
    path: '/api/v1/rooms/{name}/links',
    summary: 'Make a link by which people can join a room',
    tag: 'joining',
    scope: 'room-operator',
    params: ROOM,
    body: MakeLink,
    answer: created(JoinLink),
    errors: ['room-not-found'],
  }),
  listLinks: operation({
    method: 'GET',
    path: '/api/v1/rooms/{name}/links',
    summary: 'The links that were made for a room and are still good, without their tokens: the latest 500',
    tag: 'joining',
    scope: 'room-operator',
    params: ROOM,
    answer: json(z.array(LinkResource)),
    errors: ['room-not-found'],
  }),
  revokeLinks: operation({
    method: 'DELETE',
    path: '/api/v1/rooms/{name}/links',
    summary: 'Let nobody in any more by a link of a room that was made until now',
    tag: 'joining',
    scope: 'room-operator',
    params: ROOM,
    answer: noContent,
    errors: ['room-not-found'],
  }),
  revokeLink: operation({
    method: 'DELETE',
    path: '/api/v1/rooms/{name}/links/{id}',
    summary: 'Let nobody in by one link any more',
    tag: 'joining',
    scope: 'room-operator',
    params: z.object({ name: RoomName, id: LinkId }),
    answer: noContent,
    errors: ['room-not-found', 'link-not-found'],
  }),
  listMessages: operation({
    method: 'GET',
    path: '/api/v1/rooms/{name}/messages',
    summary: 'What has been said in a room',
    tag: 'messages',
    scope: 'read',
    params: ROOM,
    query: MessageQuery,
    answer: json(z.array(MessageResource)),
    errors: ['room-not-found'],
  }),
  postMessage: operation({
    method: 'POST',
    path: '/api/v1/rooms/{name}/messages',
    summary: 'Say something to everybody in a room, or to one connection',
    tag: 'messages',
    scope: 'room-operator',
    params: ROOM,
    body: PostMessage,
    answer: created(MessageResource),
    errors: [
      'room-not-found',
      'connection-not-found',
      'bad-message',
      'message-too-large',
      'too-many-messages',
      'not-delivered',
    ],
  }),
} as const;

type Operations = typeof OPERATIONS;
/** The name of an operation. */
export type OperationName = keyof Operations;
/** What an operation is asked with, parsed. */
export interface OperationInput<N extends OperationName> {
  params: z.output<Operations[N]['params']>;
  query: z.output<Operations[N]['query']>;
  body: Operations[N]['body'] extends z.ZodType ? z.output<Operations[N]['body']> : undefined;
}
/** What an operation answers as JSON; undefined where it answers nothing, or something else. */
export type OperationOutput<N extends OperationName> = Operations[N]['answer']['body'] extends z.ZodType
  ? z.output<Operations[N]['answer']['body']>
  : undefined;
