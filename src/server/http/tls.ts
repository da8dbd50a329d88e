import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createSecureContext, Server as TlsServer } from 'node:tls';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { TlsFiles } from './server.ts';

function readPem(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new WebstreamerError('bad-config', `tls.${key}: ${path} cannot be read`, { cause: error });
  }
}

/** Reads the files of a certificate. Throws `bad-config` when they cannot be read, are no PEM, or do not belong together. */
export function readTls({ certificate, key }: { certificate: string; key: string }): TlsFiles {
  const files = { cert: readPem('certificate', certificate), key: readPem('key', key) };
  try {
    createSecureContext(files);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new WebstreamerError('bad-config', `tls: ${certificate} and ${key} cannot be used: ${problem}`, {
      cause: error,
    });
  }
  return files;
}

/** Serves new connections with other files from now on; does nothing to a server without TLS. */
export function replaceTls(server: Server, files: TlsFiles): void {
  if (server instanceof TlsServer) server.setSecureContext(files);
}
