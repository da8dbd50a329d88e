import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { Health } from '../../protocol/http-api/health.ts';
import type { MessageQuery, MessageResource, PostMessage } from '../../protocol/http-api/chat.ts';
import type { ChangeConnection, ChangeRoom, CreateRoom, RoomResource } from '../../protocol/http-api/room.ts';
import { type EventSource, eventStream } from './event-stream.ts';
import { type OperationHandlers, registerOperations } from './routes.ts';

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
  events: () => EventSource;
  health: () => Promise<Health>;
  /** Prometheus' text format, and its content type. */
  metrics: { readonly contentType: string; text(): Promise<string> };
}

const addressOf = (...segments: string[]) => ['/api/v1/rooms', ...segments.map(encodeURIComponent)].join('/');

function roomHandlers({ rooms }: ApiOptions): OperationHandlers {
  return {
    listRooms: () => rooms().listRooms(),
    createRoom: async ({ body }, reply) => {
      await rooms().createRoom(body);
      reply.header('location', addressOf(body.name));
      return rooms().getRoom(body.name);
    },
    getRoom: ({ params: { name } }) => rooms().getRoom(name),
    changeRoom: async ({ params: { name }, body }) => {
      await rooms().changeRoom(name, body);
      return rooms().getRoom(name);
    },
    deleteRoom: async ({ params: { name } }) => {
      await rooms().deleteRoom(name);
    },
    setSpeaker: async ({ params: { name }, body }) => {
      await rooms().setSpeaker(name, body.connection);
      return rooms().getRoom(name);
    },
    clearSpeaker: async ({ params: { name } }) => {
      await rooms().clearSpeaker(name);
    },
  };
}

function connectionHandlers({ rooms }: ApiOptions): OperationHandlers {
  return {
    addConnection: async ({ params: { name }, body: { id } }, reply) => {
      await rooms().addConnection(name, id);
      reply.header('location', addressOf(name, 'connections', id));
      return rooms().getRoom(name);
    },
    changeConnection: async ({ params: { name, id }, body }) => {
      await rooms().changeConnection(name, id, body);
      return rooms().getRoom(name);
    },
    removeConnection: async ({ params: { name, id } }) => {
      await rooms().removeConnection(name, id);
    },
    removeUser: async ({ params: { name, id }, query: { message } }) => {
      await rooms().removeUser(name, id, message);
    },
  };
}

function messageHandlers({ rooms }: ApiOptions): OperationHandlers {
  return {
    listMessages: ({ params: { name }, query }) => rooms().listMessages(name, query),
    postMessage: ({ params: { name }, body }) => rooms().postMessage(name, body),
  };
}

function serverHandlers(app: FastifyInstance, { health, metrics, events }: ApiOptions): OperationHandlers {
  return {
    getHealth: async (_input, reply) => {
      const answer = await health();
      if (answer.status !== 'ok') reply.code(503);
      return answer;
    },
    getMetrics: async (_input, reply) => reply.type(metrics.contentType).send(await metrics.text()),
    readEvents: eventStream(app, events),
  };
}

/** Registers the API (`operations.ts`); other addresses below `/api/` lead nowhere, with any method. */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  app.all('/api/*', (request) => {
    throw new WebstreamerError('not-found', `There is nothing at ${request.url}`);
  });
  const handlers = {
    ...serverHandlers(app, options),
    ...roomHandlers(options),
    ...connectionHandlers(options),
    ...messageHandlers(options),
  };
  registerOperations(app, handlers, () => undefined);
}
