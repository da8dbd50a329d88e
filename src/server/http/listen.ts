import type { FastifyInstance } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';

/** Addresses that mean "all of this machine", and the one by which the machine reaches itself there. */
const LOOPBACK_OF_WILDCARD: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The URL by which this machine reaches a server that listens on `host`. */
export function ownUrl(host: string, port: number, scheme: 'http' | 'https' = 'http'): string {
  const address = LOOPBACK_OF_WILDCARD[host] ?? host;
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new WebstreamerError('port-in-use', `Port ${port} of ${host} is in use by another program`, {
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new WebstreamerError('bad-config', `port: this user may not listen on ${port}`, { cause: error });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new WebstreamerError('bad-config', `host: ${host} is no address of this machine`, { cause: error });
  }
  return error;
}

/**
 * Listens, and says on which port (`port` 0 takes a free one). Rejects with `port-in-use`, or with `bad-config` when the host
 * or the port cannot be had.
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
