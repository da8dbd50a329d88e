import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** What a server has made for itself: the secret that tokens are signed with, and the key of whoever operates it. */
export const AccessFile = z.object({ secret: z.string().min(32), operatorKey: z.string().min(32) });
/** See {@link AccessFile}. */
export type AccessFile = z.infer<typeof AccessFile>;

const READABLE_BY_OTHERS = 0o077;

/** Where the access file of this user is: in the folder that systemd gives a service, else in the home folder. */
export function accessFilePath(environment: NodeJS.ProcessEnv = process.env): string {
  const [given] = (environment.STATE_DIRECTORY ?? '').split(':');
  const folder = given === undefined || given === '' ? join(homedir(), '.local', 'state', 'webstreamer') : given;
  return join(folder, 'access.json');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Reads an access file; null when there is none. Throws when it cannot be used, or when others than its owner may read it. */
export function readAccessFile(path: string): AccessFile | null {
  let text: string;
  try {
    if ((statSync(path).mode & READABLE_BY_OTHERS) !== 0)
      throw new Error(`${path} can be read by others: chmod 600 it, or delete it if somebody may have done so`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return AccessFile.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is no access file: delete it, and a new one is made`, { cause: error });
  }
}

/** A random API key. */
export function randomKey(): string {
  return `wsk_${randomBytes(32).toString('base64url')}`;
}

/** Reads the access file, or makes it, readable by its owner alone. Two servers that start at once agree on one. */
export function readOrMakeAccessFile(path: string): AccessFile {
  const existing = readAccessFile(path);
  if (existing !== null) return existing;
  const made: AccessFile = { secret: randomBytes(32).toString('base64url'), operatorKey: randomKey() };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
    return made;
  } catch (error) {
    const others = isCode(error, 'EEXIST') ? readAccessFile(path) : null;
    if (others === null) throw error;
    return others;
  } finally {
    unlinkSync(draft);
  }
}
