import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';

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
