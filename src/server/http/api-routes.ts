import type { FastifyInstance } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';
import { accessHandlers, eventsForCaller } from './access-handlers.ts';
import { type EventSource, eventStream } from './event-stream.ts';
import type { Gate } from './gate.ts';
import { connectionHandlers } from './handlers/connections.ts';
import { figureHandlers, type FiguresApi } from './handlers/figures.ts';
import { joiningHandlers } from './handlers/joining.ts';
import { messageHandlers } from './handlers/messages.ts';
import type { FindRooms } from './handlers/rooms-api.ts';
import { roomHandlers } from './handlers/rooms.ts';
import { serverHandlers, type ServerHandlersOptions } from './handlers/server.ts';
import { registerReference } from './openapi/routes.ts';
import { registerOperations } from './routes.ts';

/** What the API routes are built on. */
export interface ApiOptions extends ServerHandlersOptions {
  rooms: FindRooms;
  /** Decides who may do what. */
  gate: Gate;
  events: () => EventSource;
  figures: FiguresApi;
}

/** Registers the API (`operations.ts`); other addresses below `/api/` lead nowhere, with any method. */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  app.all('/api/*', (request) => {
    throw new WebstreamerError('not-found', `There is nothing at ${request.url}`);
  });
  registerReference(app);
  const { rooms, gate } = options;
  const handlers = {
    ...serverHandlers(options),
    readEvents: eventsForCaller(gate, eventStream(app, options.events)),
    ...roomHandlers(rooms),
    ...connectionHandlers(rooms),
    ...joiningHandlers(rooms, gate),
    ...messageHandlers(rooms),
    ...figureHandlers(options.figures),
    ...accessHandlers(gate, (name) => rooms().getRoom(name)),
  };
  const findRoom = (name: string) => rooms().getRoom(name);
  registerOperations(app, handlers, gate, findRoom);
}
