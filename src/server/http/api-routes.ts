import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { Health } from '../../protocol/http-api/health.ts';
import { MessageQuery, type MessageResource, PostMessage } from '../../protocol/http-api/chat.ts';
import {
  AddConnection,
  ChangeConnection,
  ChangeRoom,
  CreateRoom,
  RemoveUser,
  SetSpeaker,
} from '../../protocol/http-api/room.ts';
import type { RoomResource } from '../../protocol/http-api/room.ts';
import { ConnectionId, RoomName } from '../../protocol/ids.ts';
import { describeIssues } from '../../protocol/issues.ts';
import { registerEvents, type EventSource } from './event-stream.ts';
import { resource } from './resource.ts';

type MaybePromise<T> = T | Promise<T>;

/** The use cases behind the API. What those that change something return is not looked at: the answer is the room as it is then. */
export interface RoomsApi {
  listRooms(): MaybePromise<RoomResource[]>;
  getRoom(name: string): MaybePromise<RoomResource>;
  createRoom(room: CreateRoom): MaybePromise<unknown>;
  changeRoom(name: string, change: z.output<typeof ChangeRoom>): MaybePromise<unknown>;
  deleteRoom(name: string): MaybePromise<unknown>;
  setSpeaker(name: string, connection: string): MaybePromise<unknown>;
  clearSpeaker(name: string): MaybePromise<unknown>;
  addConnection(name: string, id: string): MaybePromise<unknown>;
  changeConnection(name: string, id: string, change: ChangeConnection): MaybePromise<unknown>;
  removeConnection(name: string, id: string): MaybePromise<unknown>;
  removeUser(name: string, id: string, text?: string): MaybePromise<unknown>;
  postMessage(name: string, message: PostMessage): MaybePromise<MessageResource>;
  listMessages(name: string, query: MessageQuery): MaybePromise<MessageResource[]>;
}

/** What the API routes are built on. `rooms` throws while the rooms are not there: starting, or shutting down. */
export interface ApiOptions {
  rooms: () => RoomsApi;
  events: EventSource;
  health: () => Promise<Health>;
  /** Prometheus' text format, and its content type. */
  metrics: { readonly contentType: string; text(): Promise<string> };
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new WebstreamerError('bad-request', describeIssues(parsed.error));
}

function pathParameter(request: FastifyRequest, schema: z.ZodString, name: string): string {
  const value = (request.params as Record<string, string | undefined>)[name];
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new WebstreamerError('bad-request', `${name} in the address: ${describeIssues(parsed.error)}`);
}

const roomName = (request: FastifyRequest) => pathParameter(request, RoomName, 'name');
const addressOf = (...segments: string[]) => ['/api/v1/rooms', ...segments.map(encodeURIComponent)].join('/');

function healthRoute(app: FastifyInstance, { health }: ApiOptions): void {
  resource(app, '/api/v1/health', {
    GET: async (_request, reply) => {
      const answer = await health();
      return reply.code(answer.status === 'ok' ? 200 : 503).send(answer);
    },
  });
}

function metricsRoute(app: FastifyInstance, { metrics }: ApiOptions): void {
  resource(app, '/metrics', {
    GET: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  });
}

function roomRoutes(app: FastifyInstance, { rooms }: ApiOptions): void {
  resource(app, '/api/v1/rooms', {
    GET: () => rooms().listRooms(),
    POST: async (request, reply) => {
      const room = parse(CreateRoom, request.body);
      await rooms().createRoom(room);
      reply.code(201).header('location', addressOf(room.name));
      return rooms().getRoom(room.name);
    },
  });
  resource(app, '/api/v1/rooms/:name', {
    GET: (request) => rooms().getRoom(roomName(request)),
    PATCH: async (request) => {
      const name = roomName(request);
      await rooms().changeRoom(name, parse(ChangeRoom, request.body));
      return rooms().getRoom(name);
    },
    DELETE: async (request, reply) => {
      await rooms().deleteRoom(roomName(request));
      return reply.code(204).send();
    },
  });
}

function speakerRoutes(app: FastifyInstance, { rooms }: ApiOptions): void {
  resource(app, '/api/v1/rooms/:name/speaker', {
    PUT: async (request) => {
      const name = roomName(request);
      await rooms().setSpeaker(name, parse(SetSpeaker, request.body).connection);
      return rooms().getRoom(name);
    },
    DELETE: async (request, reply) => {
      await rooms().clearSpeaker(roomName(request));
      return reply.code(204).send();
    },
  });
}

function connectionRoutes(app: FastifyInstance, { rooms }: ApiOptions): void {
  resource(app, '/api/v1/rooms/:name/connections', {
    POST: async (request, reply) => {
      const name = roomName(request);
      const { id } = parse(AddConnection, request.body);
      await rooms().addConnection(name, id);
      reply.code(201).header('location', addressOf(name, 'connections', id));
      return rooms().getRoom(name);
    },
  });
  const connectionId = (request: FastifyRequest) => pathParameter(request, ConnectionId, 'id');
  resource(app, '/api/v1/rooms/:name/connections/:id', {
    PATCH: async (request) => {
      const name = roomName(request);
      await rooms().changeConnection(name, connectionId(request), parse(ChangeConnection, request.body));
      return rooms().getRoom(name);
    },
    DELETE: async (request, reply) => {
      await rooms().removeConnection(roomName(request), connectionId(request));
      return reply.code(204).send();
    },
  });
  resource(app, '/api/v1/rooms/:name/connections/:id/user', {
    DELETE: async (request, reply) => {
      const { message } = parse(RemoveUser, request.query);
      await rooms().removeUser(roomName(request), connectionId(request), message);
      return reply.code(204).send();
    },
  });
}

function messageRoutes(app: FastifyInstance, { rooms }: ApiOptions): void {
  resource(app, '/api/v1/rooms/:name/messages', {
    GET: (request) => rooms().listMessages(roomName(request), parse(MessageQuery, request.query)),
    POST: async (request, reply) => {
      const message = await rooms().postMessage(roomName(request), parse(PostMessage, request.body));
      return reply.code(201).send(message);
    },
  });
}

/** Registers `/metrics` and `/api/v1`: health, events, rooms, speaker, connections, messages; other addresses below `/api/` lead nowhere, with any method. */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  app.all('/api/*', (request) => {
    throw new WebstreamerError('not-found', `There is nothing at ${request.url}`);
  });
  healthRoute(app, options);
  metricsRoute(app, options);
  registerEvents(app, options.events);
  roomRoutes(app, options);
  speakerRoutes(app, options);
  connectionRoutes(app, options);
  messageRoutes(app, options);
}
