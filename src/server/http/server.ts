import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../common/logger.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { registerApi } from './api-routes.ts';
import type { ApiOptions } from './api-routes.ts';
import { registerPages } from './pages.ts';
import type { PagesOptions } from './pages.ts';
import { PROBLEM_TYPE, createErrorHandler, problemOf } from './problem.ts';

/** The largest body that the API takes; a room with a thousand connections has 70 kB. */
const MAX_BODY_BYTES = 128 * 1024;

/** A connection that has not said what it wants after this time is ended; looked after every few seconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 2000;

/** A certificate with its chain, and its key, both as PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/** What an HTTP server consists of. */
export interface HttpServerOptions {
  logger: Logger;
  /** Serves https with it. */
  tls?: TlsFiles | undefined;
  api: ApiOptions;
  /** Told the status of each answer of the API. */
  onApiAnswer?: (status: number) => void;
  pages?: PagesOptions;
}

/** Makes the HTTP server, without listening: the API, and the pages when there are any. Every error is a problem (RFC 9457). */
export async function createHttpServer({
  logger,
  tls,
  api,
  pages,
  onApiAnswer,
}: HttpServerOptions): Promise<FastifyInstance> {
  const onError = createErrorHandler(logger);
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
  const app = fastify({
    // The types of fastify tell the two kinds of server apart all the way; nothing here does.
    ...((tls ? { https: { ...tls, ...timeouts } } : { http: timeouts }) as { http: typeof timeouts }),
    // Fastify writes its own over what Node is given.
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    frameworkErrors: onError,
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return;
      const isLate = 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
      const isFlood = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW';
      const refusal = isFlood
        ? new WebstreamerError('payload-too-large', 'The head of the request is too large')
        : new WebstreamerError(
            'bad-request',
            isLate ? 'The request did not come to its end in time' : 'This is not an HTTP request',
          );
      const problem = JSON.stringify(problemOf(refusal));
      const head = `HTTP/1.1 ${isFlood ? '413 Payload Too Large' : '400 Bad Request'}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(problem)}`;
      socket.end(`${head}\r\nconnection: close\r\n\r\n${problem}`);
    },
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(onError);
  app.setNotFoundHandler((request) => {
    throw new WebstreamerError('not-found', `There is nothing at ${request.url}`);
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (request.url.startsWith('/api/')) onApiAnswer?.(reply.statusCode);
    logger.debug({ method: request.method, url: request.url, status: reply.statusCode }, 'request');
    done();
  });
  endConnectionsWithServer(app);
  registerApi(app, api);
  if (pages !== undefined) await registerPages(app, pages);
  return app;
}

/**
 * What is upgraded, or about to be, is no HTTP connection to Node any more: without this, a page that is just connecting its
 * WebSocket while the server closes would hold it open.
 */
function endConnectionsWithServer(app: FastifyInstance): void {
  const connections = new Set<Socket>();
  let closing = false;
  app.server.on('connection', (connection: Socket) => {
    if (closing) {
      connection.destroy();
      return;
    }
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  app.addHook('preClose', (done) => {
    closing = true;
    for (const connection of connections) connection.destroy();
    done();
  });
}
