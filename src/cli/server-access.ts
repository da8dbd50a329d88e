import { isIP } from 'node:net';
import { Webstreamer } from '../client/index.ts';
import { accessFilePath, readAccessFile } from '../common/access-file.ts';
import { WebstreamerError } from '../protocol/errors.ts';
import { UsageError } from './failure.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:9001';

/** What the command line says of the server. */
export interface ServerFlags {
  server?: string | undefined;
  token?: string | undefined;
}

/** Whether what is sent there stays on this machine. */
function isThisMachine({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The operator key that the server of this user has made for itself; for this machine only: other servers have no business with it. */
function ownKey(environment: NodeJS.ProcessEnv): string | undefined {
  try {
    return readAccessFile(accessFilePath(environment))?.operatorKey;
  } catch (error) {
    throw new WebstreamerError('bad-config', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The server that a command is for: as its options say, else the environment, else the one of this machine. */
export function openServer({ server, token }: ServerFlags, environment: NodeJS.ProcessEnv): Webstreamer {
  const address = server ?? environment.WEBSTREAMER_URL ?? DEFAULT_SERVER;
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new UsageError(`--server: ${address} is no URL with http:// or https://`);
  const key = token ?? environment.WEBSTREAMER_TOKEN;
  const known = key === undefined || key === '' ? undefined : key;
  return new Webstreamer({
    url: address,
    token: known ?? (isThisMachine(new URL(address)) ? ownKey(environment) : undefined),
  });
}
