import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { Health } from '../../protocol/http-api/health.ts';
import { AddConnection, ChangeRoom, CreateRoom, SetSpeaker } from '../../protocol/http-api/room.ts';
import type { RoomResource } from '../../protocol/http-api/room.ts';
import { ConnectionId, RoomName } from '../../protocol/ids.ts';
import { describeIssues } from '../../protocol/issues.ts';

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
  removeConnection(name: string, id: string): MaybePromise<unknown>;
}

/** What the API routes are built on. `rooms` throws while the rooms are not there: starting, or shutting down. */
export interface ApiOptions {
  rooms: () => RoomsApi;
  health: () => Promise<Health>;
  /** Prometheus' text format, and its content type. */
  metrics: { readonly contentType: string; text(): Promise<string> };
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Registers the methods of one address; the others are answered with 405 and what is allowed. */
export function resource(app: FastifyInstance, url: string, handlers: Partial<Record<Method, Handler>>): void {
  const allowed = METHODS.filter((method) => handlers[method] !== undefined);
  for (const method of allowed) {
    const handler = handlers[method];
    if (handler !== undefined) app.route({ method, url, handler });
  }
  const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  const refuse: Handler = (request, reply) => {
    reply.header('allow', allow);
    throw new WebstreamerError('method-not-allowed', `${request.method} is not possible here; ${allow} is`);
  };
  app.route({ method: METHODS.filter((method) => handlers[method] === undefined), url, handler: refuse });
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
  resource(app, '/api/v1/rooms/:name/connections/:id', {
    DELETE: async (request, reply) => {
      await rooms().removeConnection(roomName(request), pathParameter(request, ConnectionId, 'id'));
      return reply.code(204).send();
    },
  });
}

/** Registers `/metrics` and `/api/v1`: health, rooms, speaker, connections; other addresses below `/api/` lead nowhere, with any method. */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  app.all('/api/*', (request) => {
    throw new WebstreamerError('not-found', `There is nothing at ${request.url}`);
  });
  healthRoute(app, options);
  metricsRoute(app, options);
  roomRoutes(app, options);
  speakerRoutes(app, options);
  connectionRoutes(app, options);
}
