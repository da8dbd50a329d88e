import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { HttpMethod } from '../../protocol/http-api/operations.ts';

/** Answers a request, by what it returns or through `reply`. */
export type RouteHandler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** Answers a request after something else has let it pass; its body is read in between. */
export interface GatedHandler {
  before: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  handler: RouteHandler;
}

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Registers the methods of one address; the others are answered with 405 and what is allowed. */
export function resource(
  app: FastifyInstance,
  url: string,
  handlers: Partial<Record<HttpMethod, RouteHandler | GatedHandler>>,
): void {
  const allowed = METHODS.filter((method) => handlers[method] !== undefined);
  for (const method of allowed) {
    const handler = handlers[method];
    if (typeof handler === 'function') app.route({ method, url, handler });
    else if (handler !== undefined) app.route({ method, url, onRequest: handler.before, handler: handler.handler });
  }
  const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  const refuse: RouteHandler = (request, reply) => {
    reply.header('allow', allow);
    throw new WebstreamerError('method-not-allowed', `${request.method} is not possible here; ${allow} is`);
  };
  app.route({ method: METHODS.filter((method) => handlers[method] === undefined), url, handler: refuse });
}
