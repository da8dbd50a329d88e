import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type ErrorCode, WebstreamerError } from '../../protocol/errors.ts';
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
import type { Caller } from '../access/caller.ts';
import { etagOf, ifMatchFits } from './etag.ts';
import type { Gate } from './gate.ts';
import { type GatedHandler, resource } from './resource.ts';

/** What an operation is asked with, and who asks. */
export type HandlerInput<N extends OperationName> = OperationInput<N> & { caller: Caller };

/**
 * Answers one operation: with what goes into the body, or through `reply` when it answers with something else than JSON. What is asked
 * has been parsed.
 */
export type OperationHandler<N extends OperationName> = (
  input: HandlerInput<N>,
  reply: FastifyReply,
  request: FastifyRequest,
) => OperationOutput<N> | FastifyReply | Promise<OperationOutput<N> | FastifyReply>;

/** Answers for operations, by name. */
export type OperationHandlers = { [N in OperationName]?: OperationHandler<N> };

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

function gatedHandler(name: OperationName, handler: AnyHandler, gate: Gate, findRoom: FindRoom): GatedHandler {
  const operation: Operation = OPERATIONS[name];
  const entered = new WeakMap<FastifyRequest, { params: Record<string, string>; caller: Caller }>();
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const query = parse(operation.query, request.query);
    const body = operation.body === null ? undefined : parse(operation.body, request.body);
    const { params = {}, caller } = entered.get(request) ?? {};
    reply.code(operation.answer.status).header('cache-control', 'no-store');
    // A stream that nobody reads would never end.
    if (request.method === 'HEAD' && isStream(operation)) return reply.type(EVENT_STREAM).send();
    // Nothing may happen between this and what the handler does first.
    if (operation.conditional && params.name !== undefined) assertUnchanged(params.name, findRoom, request, reply);
    const answered = await handler({ params, caller, query, body }, reply, request);
    if (operation.answer.body === RoomResource) reply.header('etag', etagOf(answered as RoomResource));
    return operation.answer.body === null ? reply.send() : answered;
  };
  return {
    before: async (request, reply) => {
      const params = parseParams(operation, request);
      entered.set(request, { params, caller: await gate.enter(name, params, request, reply) });
    },
    handler: async (request, reply) => {
      let outcome: ErrorCode | null = 'internal';
      try {
        const answered = await answer(request, reply);
        outcome = null;
        return answered;
      } catch (error) {
        if (error instanceof WebstreamerError) outcome = error.code;
        throw error;
      } finally {
        const { params, caller } = entered.get(request) ?? {};
        if (params && caller) gate.left(name, params, request, caller, outcome);
      }
    },
  };
}

/** Registers the operations that `handlers` has, each behind the gate and `If-Match`; other methods of their addresses are refused. */
export function registerOperations(
  app: FastifyInstance,
  handlers: OperationHandlers,
  gate: Gate,
  findRoom: FindRoom,
): void {
  const byPath = new Map<string, Partial<Record<HttpMethod, GatedHandler>>>();
  for (const [name, handler] of Object.entries(handlers)) {
    const operation: Operation = OPERATIONS[name as OperationName];
    const methods = byPath.get(operation.path) ?? {};
    methods[operation.method] = gatedHandler(name as OperationName, handler as AnyHandler, gate, findRoom);
    byPath.set(operation.path, methods);
  }
  for (const [path, methods] of byPath) resource(app, path.replace(/\{(\w+)\}/g, ':$1'), methods);
}
