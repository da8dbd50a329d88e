import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from '../../common/address.ts';
import type { Logger } from '../../common/logger.ts';
import { type ErrorCode, WebstreamerError } from '../../protocol/errors.ts';
import { OPERATIONS, type Operation, type OperationName } from '../../protocol/http-api/operations.ts';
import type { Access } from '../access/access.ts';
import { assertMay, type Caller } from '../access/caller.ts';
import { assertOwnHost, assertSameOrigin, originOf } from '../access/origin.ts';
import type { RequestLimits } from '../access/request-limits.ts';

/** What a gate decides with; `logger` gets the audit log. */
export interface GateOptions {
  access: Access;
  limits: RequestLimits;
  /** The address or name that the server listens on. */
  host: string;
  publicUrl?: string | undefined;
  /** The addresses of reverse proxies, whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[];
  logger: Logger;
}

/** What there is to say of a request in the audit log. */
interface Attempt {
  operation: OperationName;
  params: Record<string, string>;
  request: FastifyRequest;
  caller?: Caller | undefined;
}

/** Stands before every operation: decides whether a request may do it, and writes down what was done, and what was refused. */
export class Gate {
  readonly access: Access;
  readonly #options: GateOptions;
  readonly #trustedProxies: ReadonlySet<string>;
  /** Those whose requests are too many at the moment, so that the log says it once. */
  readonly #tooMany = new Set<string>();

  constructor(options: GateOptions) {
    this.access = options.access;
    this.#options = options;
    this.#trustedProxies = new Set(options.trustedProxies);
  }

  /** Answers who asks, or throws why they may not. The body has not been read yet. */
  async enter(
    operation: OperationName,
    params: Record<string, string>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Caller> {
    const attempt: Attempt = { operation, params, request };
    // No page of another origin may show what is answered, and nothing keeps it.
    reply.headers({ 'cross-origin-resource-policy': 'same-origin', 'cache-control': 'no-store' });
    try {
      this.#checkOrigin(request);
      attempt.caller = await this.#callerOf(request, reply);
      this.#count(attempt.caller, request, reply);
      assertMay(attempt.caller, OPERATIONS[operation], params.name);
      return attempt.caller;
    } catch (error) {
      if (error instanceof WebstreamerError) this.#refused(attempt, error.code);
      throw error;
    }
  }

  /** An operation has come to its end: `outcome` is an error's code, or null when it has been done. */
  left(
    operation: OperationName,
    params: Record<string, string>,
    request: FastifyRequest,
    caller: Caller,
    outcome: ErrorCode | null,
  ): void {
    if ((OPERATIONS[operation] as Operation).method === 'GET') return;
    const fields = this.#describe({ operation, params, request, caller });
    this.#options.logger.info({ ...fields, outcome: outcome ?? 'done' }, 'an operation was asked for');
  }

  /** The origin by which whoever asks has reached the server. */
  originOf(request: FastifyRequest): string {
    return originOf(request.protocol, request.headers.host, this.#options.publicUrl);
  }

  #checkOrigin({ method, headers }: FastifyRequest): void {
    const { host, publicUrl } = this.#options;
    if (!this.access.required) assertOwnHost(headers.host, { host, publicUrl });
    assertSameOrigin(method, headers, publicUrl);
  }

  async #callerOf(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const { authorization } = request.headers;
    const address = this.#addressOf(request);
    const { limits } = this.#options;
    if (authorization !== undefined && !limits.mayTry(address)) {
      reply.header('retry-after', limits.failureRetrySeconds);
      throw new WebstreamerError('too-many-requests', 'Too many wrong keys and tokens have come from this address');
    }
    try {
      return await this.access.callerOf(authorization);
    } catch (error) {
      // One that has expired was no guess.
      if (error instanceof WebstreamerError && error.code === 'not-authenticated') limits.failed(address);
      throw error;
    }
  }

  #count({ subject }: Caller, request: FastifyRequest, reply: FastifyReply): void {
    const key = `${this.#addressOf(request)} ${subject ?? ''}`;
    if (this.#options.limits.mayAsk(key)) return;
    reply.header('retry-after', 1);
    throw new WebstreamerError('too-many-requests');
  }

  #refused(attempt: Attempt, code: ErrorCode): void {
    const address = this.#addressOf(attempt.request);
    const isTold = this.#tooMany.has(address);
    if (code === 'too-many-requests') {
      if (this.#tooMany.size < 1000) this.#tooMany.add(address);
      if (isTold) return;
    } else {
      this.#tooMany.delete(address);
    }
    this.#options.logger.warn({ ...this.#describe(attempt), code }, 'an operation is refused');
  }

  #describe({ operation, params: { name: room, id: connection }, request, caller }: Attempt): Record<string, unknown> {
    const subject = caller?.subject ?? null;
    return {
      operation,
      subject,
      address: this.#addressOf(request),
      ...(room && { room }),
      ...(connection && { connection }),
    };
  }

  #addressOf(request: FastifyRequest): string {
    return addressOf(request.raw, this.#trustedProxies);
  }
}
