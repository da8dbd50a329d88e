import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessFilePath, randomKey, readAccessFile } from '../../../src/common/access-file.ts';
import { AuthConfig } from '../../../src/protocol/auth.ts';
import { createAccess } from '../../../src/server/access/create-access.ts';

let folder: string;
let filePath: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  filePath = join(folder, 'state', 'webstreamer', 'access.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const create = (auth: object, more: { host?: string; publicUrl?: string; proxies?: string[] } = {}) =>
  createAccess({ auth: AuthConfig.parse(auth), host: '0.0.0.0', filePath, ...more });
const isRequired = (auth: object, more: Parameters<typeof create>[1]) => create(auth, more).access.required;

describe('access', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])(
    'is open on %s, unless others can come in all the same',
    (host) => {
      expect(isRequired({}, { host })).toBe(false);
      expect(isRequired({ required: true }, { host })).toBe(true);
      expect(isRequired({}, { host, publicUrl: 'https://meet.example.org' })).toBe(true);
      expect(isRequired({}, { host, publicUrl: 'http://localhost:8080' })).toBe(false);
      expect(isRequired({}, { host, proxies: ['10.0.0.1'] })).toBe(true);
      expect(isRequired({ required: false }, { host, proxies: ['10.0.0.1'] })).toBe(false);
    },
  );

  it.each(['0.0.0.0', '::', '192.168.0.10', 'meet.example.org', '1127.0.0.1'])('is required on %s', (host) => {
    expect(isRequired({}, { host })).toBe(true);
    expect(isRequired({ required: false }, { host })).toBe(false);
  });

  it('without keys has one that it has made itself, for its owner alone, and keeps it', async () => {
    const { access, keyFile } = create({});
    expect(keyFile).toBe(filePath);
    expect([statSync(filePath).mode & 0o777, statSync(join(filePath, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    const { operatorKey } = readAccessFile(filePath)!;
    expect(await access.callerOf(`Bearer ${operatorKey}`)).toMatchObject({ subject: 'operator', room: null });
    const before = readFileSync(filePath, 'utf8');
    const again = create({});
    expect(await again.access.callerOf(`Bearer ${operatorKey}`)).toMatchObject({ subject: 'operator' });
    expect(readFileSync(filePath, 'utf8')).toBe(before);
  });

  it('takes other keys while it runs, and none as at a start: its own then', async () => {
    const key = randomKey();
    const { access, reloadKeys } = create({ secret: 'x'.repeat(32), keys: [{ name: 'me', key, scopes: ['read'] }] });
    expect(reloadKeys([])).toEqual({ added: ['operator'], removed: ['me'] });
    await expect(access.callerOf(`Bearer ${key}`)).rejects.toMatchObject({ code: 'not-authenticated' });
    const { operatorKey } = readAccessFile(filePath)!;
    expect(await access.callerOf(`Bearer ${operatorKey}`)).toMatchObject({ subject: 'operator' });
    expect(create({}, { host: '127.0.0.1' }).reloadKeys([])).toBeNull();
  });

  it('with keys and a secret makes nothing, and takes no other key', async () => {
    const key = randomKey();
    const { access, keyFile } = create({ secret: 'x'.repeat(32), keys: [{ name: 'me', key, scopes: ['read'] }] });
    expect([keyFile, existsSync(filePath)]).toEqual([null, false]);
    expect(await access.callerOf(`Bearer ${key}`)).toMatchObject({ subject: 'me', scopes: ['read'] });
  });

  it('with keys alone makes a secret, and no operator', async () => {
    const { access, keyFile } = create({ keys: [{ name: 'me', key: randomKey(), scopes: ['read'] }] });
    expect([keyFile, existsSync(filePath)]).toEqual([null, true]);
    const { operatorKey } = readAccessFile(filePath)!;
    await expect(access.callerOf(`Bearer ${operatorKey}`)).rejects.toMatchObject({ code: 'not-authenticated' });
  });

  it('makes nothing while it is open', () => {
    create({ required: false });
    expect(existsSync(filePath)).toBe(false);
  });

  it('takes its secret from a file', async () => {
    const secretFile = join(folder, 'secret');
    writeFileSync(secretFile, `${'s'.repeat(40)}\n`);
    const place = { room: 'a', connection: '1', role: 'viewer', name: null } as const;
    const token = await create({ secretFile }).access.seatToken(place);
    const other = create({ secret: 's'.repeat(40) }).access;
    expect(await other.admit({ room: 'a', connection: '1', temporary: true, token: token! })).toMatchObject({
      role: 'viewer',
    });
    writeFileSync(secretFile, 'short');
    expect(() => create({ secretFile })).toThrow('at least 32 characters');
    expect(() => create({ secretFile: join(folder, 'none') })).toThrow('cannot be read');
  });

  it('refuses a file that others can read, and one that is something else', () => {
    create({});
    chmodSync(filePath, 0o640);
    expect(() => create({})).toThrow('can be read by others');
    chmodSync(filePath, 0o600);
    writeFileSync(filePath, '{}');
    expect(() => create({})).toThrow('is no access file');
  });
});

describe('the access file', () => {
  it('is where systemd says, else in the home folder', () => {
    expect(accessFilePath({ STATE_DIRECTORY: '/var/lib/webstreamer:/var/lib/other' })).toBe(
      '/var/lib/webstreamer/access.json',
    );
    expect(accessFilePath({})).toMatch(/\/\.local\/state\/webstreamer\/access\.json$/);
  });
});

describe('the configuration', () => {
  const key = { name: 'me', key: randomKey(), scopes: ['read'] };
  it.each([
    { secret: 'short' },
    { secret: 'x'.repeat(32), secretFile: 'x' },
    { keys: [{ ...key, key: 'password' }] },
    { keys: [{ ...key, key: 'wsk_short' }] },
    { keys: [{ ...key, scopes: [] }] },
    { keys: [{ ...key, scopes: ['admin'] }] },
    { keys: [{ ...key, room: '<b>' }] },
    { keys: [{ ...key, name: 'a\nb' }] },
    { keys: [{ ...key, expires: 'tomorrow' }] },
    { key: [key] },
  ])('refuses %j', (auth) => {
    expect(AuthConfig.safeParse(auth).success).toBe(false);
  });
});
