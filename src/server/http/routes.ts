import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { WebstreamerError } from '../../protocol/errors.ts';
import {
  type HttpMethod,
  OPERATIONS,
  type Operation,
  type OperationInput,
  type OperationName,
  type OperationOutput,
} from '../../protocol/http-api/operations.ts';
import { RoomResource } from '../../protocol/http-api/room.ts';
import { describeIssues } from '../../protocol/issues.ts';
import { etagOf, ifMatchFits } from './etag.ts';
import { resource, type RouteHandler } from './resource.ts';

/**
 * Answers one operation: with what goes into the body, or through `reply` when it answers with something else than JSON. What is asked
 * has been parsed.
 */
export type OperationHandler<N extends OperationName> = (
  input: OperationInput<N>,
  reply: FastifyReply,
  request: FastifyRequest,
) => OperationOutput<N> | FastifyReply | Promise<OperationOutput<N> | FastifyReply>;

/** Answers for operations, by name. */
export type OperationHandlers = { [N in OperationName]?: OperationHandler<N> };

/** Decides whether a request may do what an operation does; throws a WebstreamerError if not. */
export type Gate = (operation: Operation, params: Record<string, string>, request: FastifyRequest) => void;

function parse(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new WebstreamerError('bad-request', describeIssues(parsed.error));
}

function parseParams({ params }: Operation, request: FastifyRequest): Record<string, string> {
  for (const [name, schema] of Object.entries(params.shape)) {
    const parsed = (schema as z.ZodType).safeParse((request.params as Record<string, unknown>)[name]);
    if (!parsed.success)
      throw new WebstreamerError('bad-request', `${name} in the address: ${describeIssues(parsed.error)}`);
  }
  return request.params as Record<string, string>;
}

/** Asks what is there at the address of an operation, for `If-Match`. */
export type FindRoom = (name: string) => RoomResource;

/** Refuses a request that was meant for the room as it was before (RFC 9110, section 13.1.1). */
function assertUnchanged(name: string, findRoom: FindRoom, request: FastifyRequest, reply: FastifyReply): void {
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined) return;
  const etag = etagOf(findRoom(name));
  if (ifMatchFits(ifMatch, etag)) return;
  reply.header('etag', etag);
  throw new WebstreamerError('changed-meanwhile');
}

const EVENT_STREAM = 'text/event-stream';

function isStream({ answer: { body } }: Operation): boolean {
  return body !== null && 'mediaType' in body && body.mediaType === EVENT_STREAM;
}

type AnyHandler = (input: unknown, reply: FastifyReply, request: FastifyRequest) => unknown;

function routeHandler(operation: Operation, handler: AnyHandler, gate: Gate, findRoom: FindRoom): RouteHandler {
  return async (request, reply) => {
    const params = parseParams(operation, request);
    gate(operation, params, request);
    const query = parse(operation.query, request.query);
    const body = operation.body === null ? undefined : parse(operation.body, request.body);
    reply.code(operation.answer.status).header('cache-control', 'no-store');
    // A stream that nobody reads would never end.
    if (request.method === 'HEAD' && isStream(operation)) return reply.type(EVENT_STREAM).send();
    // Nothing may happen between this and what the handler does first.
    if (operation.conditional && params.name !== undefined) assertUnchanged(params.name, findRoom, request, reply);
    const answer = await handler({ params, query, body }, reply, request);
    if (operation.answer.body === RoomResource) reply.header('etag', etagOf(answer as RoomResource));
    return operation.answer.body === null ? reply.send() : answer;
  };
}

/** Registers the operations that `handlers` has, each behind the gate and `If-Match`; other methods of their addresses are refused. */
export function registerOperations(
  app: FastifyInstance,
  handlers: OperationHandlers,
  gate: Gate,
  findRoom: FindRoom,
): void {
  const byPath = new Map<string, Partial<Record<HttpMethod, RouteHandler>>>();
  for (const [name, handler] of Object.entries(handlers)) {
    const operation: Operation = OPERATIONS[name as OperationName];
    const methods = byPath.get(operation.path) ?? {};
    methods[operation.method] = routeHandler(operation, handler as AnyHandler, gate, findRoom);
    byPath.set(operation.path, methods);
  }
  for (const [path, methods] of byPath) resource(app, path.replace(/\{(\w+)\}/g, ':$1'), methods);
}
