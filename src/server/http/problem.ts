import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../common/logger.ts';
import { ERRORS, WebstreamerError } from '../../protocol/errors.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Problem } from '../../protocol/http-api/room.ts';

/** The media type of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json';

/** How long a client should wait before it repeats a request that failed with 503. */
const RETRY_AFTER_SECONDS = 2;

const CODES_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

/** An error as an RFC 9457 problem. */
export function problemOf(error: WebstreamerError): Problem {
  const { status, title } = ERRORS[error.code];
  return { type: `urn:webstreamer:error:${error.code}`, title, status, code: error.code, detail: error.message };
}

/** What fastify throws has a status of its own; everything else that is not ours is a fault of ours, and says nothing outside. */
function asWebstreamerError(error: FastifyError | WebstreamerError): WebstreamerError {
  if (error instanceof WebstreamerError) return error;
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return new WebstreamerError('internal', ERRORS.internal.title, { cause: error });
  return new WebstreamerError(CODES_BY_STATUS[status] ?? 'bad-request', error.message, { cause: error });
}

/** Fastify's error handler: every failed request is answered with a problem, and failures of ours go to the log. */
export function createErrorHandler(logger: Logger) {
  return (thrown: FastifyError | WebstreamerError, request: FastifyRequest, reply: FastifyReply): void => {
    const error = asWebstreamerError(thrown);
    const problem = problemOf(error);
    const fields = { method: request.method, url: request.url, code: error.code };
    if (error.code === 'internal') logger.error({ ...fields, err: thrown }, 'request failed');
    else if (problem.status >= 500) logger.warn({ ...fields, detail: error.message }, 'request failed');
    if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
    // RFC 6750, section 3: what is wrong with a token is said only when there was one.
    if (problem.status === 401) {
      const error = request.headers.authorization === undefined ? '' : ', error="invalid_token"';
      reply.header('www-authenticate', `Bearer realm="webstreamer"${error}`);
    }
    reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  };
}
