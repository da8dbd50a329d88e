import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AccessFile, readOrMakeAccessFile } from '../../common/access-file.ts';
import { type AuthConfig, type ConfiguredKey, MIN_SECRET_LENGTH } from '../../protocol/auth.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { Access } from './access.ts';
import { type KeyChange, Keys } from './keys.ts';
import { fileStore } from './link-file.ts';
import { Links } from './links.ts';
import { isLoopback } from './loopback.ts';
import { Tokens } from './tokens.ts';

/** What decides over access; `publicUrl` and `proxies` say that others than this machine can reach a server that listens on loopback. */
export interface AccessOptions {
  auth: AuthConfig;
  host: string;
  publicUrl?: string | undefined;
  proxies?: readonly string[];
  /** Where a server keeps what it makes for itself; which links are revoked, it keeps beside that. */
  filePath: string;
  now?: () => number;
  /** A link could not be written down, so that after a restart it is not in the list. */
  onUnsavedLink?: (error: unknown) => void;
}

/** Access as it is configured; `keyFile` = where the operator's key was put that nobody has configured. */
export interface ConfiguredAccess {
  access: Access;
  keyFile: string | null;
  /** Takes these configured keys in place of those of before, as at a start; null where none is needed. Throws `bad-config`. */
  reloadKeys(configured: readonly ConfiguredKey[]): KeyChange | null;
}

function isRequired({ auth, host, publicUrl, proxies = [] }: AccessOptions): boolean {
  const isPublic = publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname);
  return auth.required ?? (!isLoopback(host) || isPublic || proxies.length > 0);
}

function configuredSecret({ secret, secretFile }: AuthConfig): string | undefined {
  if (secretFile === undefined) return secret;
  let text: string;
  try {
    text = readFileSync(secretFile, 'utf8').trim();
  } catch (error) {
    throw new WebstreamerError('bad-config', `auth.secretFile: ${secretFile} cannot be read`, { cause: error });
  }
  if (text.length >= MIN_SECRET_LENGTH) return text;
  throw new WebstreamerError(
    'bad-config',
    `auth.secretFile: ${secretFile} must have at least ${MIN_SECRET_LENGTH} characters`,
  );
}

function ownFile(path: string): AccessFile {
  try {
    return readOrMakeAccessFile(path);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new WebstreamerError(
      'bad-config',
      `auth: no secret and no keys are configured, and none can be kept: ${problem}`,
      { cause: error },
    );
  }
}

/**
 * Access as the configuration says. Where it is required and the configuration has no secret or no keys, a server makes its own, once.
 * Throws `bad-config`.
 */
export function createAccess(options: AccessOptions): ConfiguredAccess {
  const { auth, filePath, now = Date.now, onUnsavedLink } = options;
  if (!isRequired(options)) return { access: new Access(null, now), keyFile: null, reloadKeys: () => null };
  let own: AccessFile | undefined;
  const ownOnce = () => (own ??= ownFile(filePath));
  const secret = configuredSecret(auth) ?? ownOnce().secret;
  const keysOf = (configured: readonly ConfiguredKey[]): readonly ConfiguredKey[] =>
    configured.length > 0 ? configured : [{ name: 'operator', key: ownOnce().operatorKey, scopes: ['operator'] }];
  const links = new Links(now, fileStore(join(dirname(filePath), 'links.json')), onUnsavedLink);
  const credentials = { keys: new Keys(keysOf(auth.keys)), tokens: new Tokens(secret, now), links };
  const access = new Access(credentials, now);
  return {
    access,
    keyFile: auth.keys.length === 0 ? filePath : null,
    reloadKeys: (configured) => access.replaceKeys(keysOf(configured)),
  };
}
