import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { randomKey } from '../../../src/common/access-file.ts';
import { MakeLink, type Scope } from '../../../src/protocol/http-api/access.ts';
import { OPERATIONS, type Operation, type OperationName } from '../../../src/protocol/http-api/operations.ts';
import { Access } from '../../../src/server/access/access.ts';
import {
  ANYBODY,
  assertMay,
  type Caller,
  settlePlace,
  STRANGER,
  withIncluded,
} from '../../../src/server/access/caller.ts';
import { Keys } from '../../../src/server/access/keys.ts';
import { Tokens } from '../../../src/server/access/tokens.ts';

const SECRET = 'a secret of at least 32 characters';
const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
const hashOf = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`;

let nowMs: number;
let tokens: Tokens;
let access: Access;
const operator = randomKey();
const reader = randomKey();
const old = randomKey();

beforeEach(() => {
  nowMs = NOW_MS;
  tokens = new Tokens(SECRET, () => nowMs);
  const keys = new Keys([
    { name: 'the operator', key: operator, scopes: ['operator'] },
    { name: 'a screen', key: hashOf(reader), scopes: ['read'], room: 'lobby' },
    { name: 'last year', key: old, scopes: ['operator'], expires: '2025-12-31' },
  ]);
  access = new Access({ keys, tokens }, () => nowMs);
});

/** A caller with these scopes. */
const caller = (scopes: Scope[], more: Partial<Caller> = {}): Caller => ({
  ...STRANGER,
  scopes: withIncluded(scopes),
  ...more,
});
const bearer = (credential: string) => access.callerOf(`Bearer ${credential}`);

describe('a key', () => {
  it('is known as it is, or by its hash', async () => {
    expect(await bearer(operator)).toMatchObject({
      subject: 'the operator',
      scopes: ['operator', 'room-operator', 'read', 'join'],
      room: null,
    });
    expect(await access.callerOf(`bearer   ${reader}`)).toMatchObject({
      subject: 'a screen',
      scopes: ['read'],
      room: 'lobby',
    });
  });

  it('is refused when it is another, a hash, or has expired', async () => {
    const code = 'not-authenticated';
    await expect(bearer(randomKey())).rejects.toMatchObject({ code });
    await expect(bearer(hashOf(reader))).rejects.toMatchObject({ code });
    await expect(bearer(operator.slice(0, -1))).rejects.toMatchObject({ code });
    await expect(bearer(old)).rejects.toMatchObject({ code: 'token-expired' });
  });

  it('is replaced while a server runs: what it allowed ends at once, and nothing else does', async () => {
    const [anna, screen] = [await bearer(operator), await bearer(reader)];
    const ended: string[] = [];
    access.whenRevoked(anna, () => ended.push('the operator'));
    access.whenRevoked(screen, () => ended.push('a screen'));
    access.whenRevoked(screen, () => ended.push('somebody who has gone'))();
    const next = randomKey();
    const replaced = [
      { name: 'the operator', key: hashOf(operator), scopes: ['operator' as const] },
      { name: 'next year', key: next, scopes: ['join' as const] },
    ];
    expect(access.replaceKeys(replaced)).toEqual({ added: ['next year'], removed: ['a screen', 'last year'] });
    expect(ended).toEqual(['a screen']);
    await expect(bearer(reader)).rejects.toMatchObject({ code: 'not-authenticated' });
    expect(await bearer(next)).toMatchObject({ subject: 'next year', scopes: ['join'] });
    expect(await bearer(operator)).toBe(anna);
    // Who was let in just before is told as well.
    access.whenRevoked(screen, () => ended.push('a late one'));
    expect(ended).toEqual(['a screen', 'a late one']);

    const less = [{ name: 'the operator', key: operator, scopes: ['read' as const] }];
    expect(access.replaceKeys(less)).toEqual({ added: ['the operator'], removed: ['the operator', 'next year'] });
    expect(ended).toEqual(['a screen', 'a late one', 'the operator']);
    expect(await bearer(operator)).toMatchObject({ scopes: ['read'] });
    expect(new Access(null).replaceKeys(less)).toBeNull();
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic b3BlcmF0b3I6', 'wsk_x', 'Bearer a b', 'Bearer ü', `Token ${'x'.repeat(9)}`])(
    'does in no other header: %s',
    async (header) => {
      await expect(access.callerOf(header)).rejects.toMatchObject({ code: 'not-authenticated' });
    },
  );

  it('is not needed by anybody where access is open, and not looked at', async () => {
    const open = new Access(null);
    expect(await open.callerOf('Basic nonsense')).toBe(ANYBODY);
    expect(open.describe(ANYBODY)).toEqual({
      required: false,
      scopes: ['operator', 'room-operator', 'read', 'join'],
      room: null,
      subject: null,
      expiresAt: null,
    });
  });
});

describe('a caller', () => {
  /** The operations that a caller may do, in the room `lobby` where there is one. */
  const allowed = (who: Caller, room = 'lobby') =>
    (Object.entries(OPERATIONS) as [OperationName, Operation][])
      .filter(([, operation]) => {
        try {
          assertMay(who, operation, 'name' in operation.params.shape ? room : undefined);
          return true;
        } catch {
          return false;
        }
      })
      .map(([name]) => name);
  const withScope = (...scopes: (Scope | null)[]) =>
    (Object.entries(OPERATIONS) as [OperationName, Operation][])
      .filter(([, { scope }]) => scopes.includes(scope))
      .map(([name]) => name);

  it('may do what the scopes say, and what they include', () => {
    expect(allowed(STRANGER)).toEqual(withScope(null));
    expect(withScope(null)).toEqual(['getHealth', 'getReady', 'getAccess']);
    expect(allowed(caller(['join']))).toEqual(withScope(null, 'join'));
    expect(allowed(caller(['read']))).toEqual(withScope(null, 'read'));
    expect(allowed(caller(['room-operator']))).toEqual(withScope(null, 'room-operator', 'read', 'join'));
    expect(allowed(caller(['operator']))).toEqual(Object.keys(OPERATIONS));
    expect(allowed(ANYBODY)).toEqual(Object.keys(OPERATIONS));
  });

  it('of one room may do nothing in another, and see nothing of the server', () => {
    for (const scope of ['operator', 'room-operator', 'read', 'join'] as const) {
      const bound = caller([scope], { room: 'lobby' });
      const elsewhere = allowed(bound, 'other');
      expect(elsewhere.filter((name) => 'name' in OPERATIONS[name].params.shape)).toEqual(
        withScope(null).filter((name) => 'name' in OPERATIONS[name].params.shape),
      );
      for (const name of ['createRoom', 'getStats', 'getMetrics'] as const) expect(allowed(bound)).not.toContain(name);
    }
    expect(allowed(caller(['read'], { room: 'lobby' }))).toEqual(
      expect.arrayContaining(['listRooms', 'readEvents', 'getRoom']),
    );
  });

  it('joins as their token says, else as they ask', () => {
    const asked = { role: 'participant', name: 'Bob', keepSeconds: 90 } as const;
    expect(settlePlace(caller(['join']), asked)).toEqual(asked);
    expect(settlePlace(caller(['join'], { role: 'viewer', name: 'Anna' }), asked)).toEqual({
      role: 'viewer',
      name: 'Anna',
      keepSeconds: 90,
    });
    const asHost = { role: 'host', keepSeconds: 60 } as const;
    expect(settlePlace(caller(['room-operator']), asHost)).toEqual(asHost);
    expect(() => settlePlace(caller(['join']), asHost)).toThrow('may operate the room');
    expect(() => settlePlace(caller(['join'], { role: 'host' }), asked)).toThrow('may operate the room');
  });
});

describe('a link', () => {
  const link = (input: object, who = caller(['operator']), room = '会议室') =>
    access.makeLink(room, MakeLink.parse(input), who, 'https://meet.example.org');

  it('has its token in the fragment: for one room, one role, one name', async () => {
    const made = await link({ role: 'viewer', name: 'Anna' });
    expect(made).toMatchObject({ room: '会议室', role: 'viewer', expiresAt: '2026-01-02T12:00:00.000Z' });
    const url = new URL(made.url);
    expect([url.origin, url.pathname, url.search]).toEqual([
      'https://meet.example.org',
      `/rooms/${encodeURIComponent('会议室')}`,
      '',
    ]);
    expect(new URLSearchParams(url.hash.slice(1)).get('token')).toBe(made.token);
    expect(await bearer(made.token!)).toMatchObject({ scopes: ['join'], room: '会议室', role: 'viewer', name: 'Anna' });
    expect(made.id).toMatch(/^[0-9a-f]{16}$/);
    expect((await bearer(made.token!)).subject).toBe(`link-${made.id}`);
  });

  it('of a host operates the room as well', async () => {
    const { token } = await link({ role: 'host' }, undefined, 'lobby');
    expect(await bearer(token!)).toMatchObject({ scopes: ['room-operator', 'read', 'join'], role: 'host' });
  });

  it('is good for no longer than whoever made it', async () => {
    const { expiresAt } = await link(
      { expiresInSeconds: 3600 },
      caller(['room-operator'], { expiresAtMs: NOW_MS + 60_000 }),
    );
    expect(expiresAt).toBe('2026-01-01T12:01:00.000Z');
  });

  it('has no token where none is needed', async () => {
    const made = await new Access(null).makeLink(
      'a',
      MakeLink.parse({ role: 'viewer', name: 'Ä & B' }),
      ANYBODY,
      'http://localhost:9001',
    );
    expect([made.token, made.id]).toEqual([null, null]);
    expect(Object.fromEntries(new URLSearchParams(new URL(made.url).hash.slice(1)))).toEqual({
      role: 'viewer',
      name: 'Ä & B',
    });
  });
});

describe('a link that is revoked', () => {
  const make = (room = 'lobby', role = 'participant') =>
    access.makeLink(room, MakeLink.parse({ role, name: 'Anna' }), caller(['operator'], { subject: 'me' }), 'https://a');
  const revoked = { code: 'token-revoked' };

  it('lets nobody in any more; the others do, and who has a place keeps it', async () => {
    const [one, other] = [await make(), await make()];
    expect(access.listLinks('lobby').map(({ id }) => id)).toEqual([one.id, other.id]);
    expect(access.listLinks('lobby')[0]).toEqual({
      id: one.id,
      room: 'lobby',
      role: 'participant',
      name: 'Anna',
      madeBy: 'me',
      madeAt: '2026-01-01T12:00:00.000Z',
      expiresAt: '2026-01-02T12:00:00.000Z',
    });
    const token = (await access.seatToken({ room: 'lobby', connection: 'f00d', role: 'participant', name: null }))!;
    expect(() => {
      access.revokeLinks('other', one.id!);
    }).toThrow('no link of this id');
    access.revokeLinks('lobby', one.id!);
    await expect(bearer(one.token!)).rejects.toMatchObject(revoked);
    const door = { room: 'lobby', connection: '1', temporary: false };
    expect(await access.admit({ ...door, token: one.token! })).toEqual({ refused: 'token-revoked' });
    expect(await bearer(other.token!)).toMatchObject({ scopes: ['join'] });
    expect(await access.admit({ ...door, connection: 'f00d', temporary: true, token })).toMatchObject({ name: null });
    expect(access.listLinks('lobby').map(({ id }) => id)).toEqual([other.id]);
    expect(() => {
      access.revokeLinks('lobby', one.id!);
    }).toThrow('no link of this id');
  });

  it('is every link of a room until now, also in the same millisecond, and no later one, or of another room', async () => {
    const [one, elsewhere] = [await make(), await make('other')];
    access.revokeLinks('lobby');
    const later = await make();
    access.revokeLinks('lobby');
    const latest = await make();
    for (const { token } of [one, later]) await expect(bearer(token!)).rejects.toMatchObject(revoked);
    for (const { token } of [elsewhere, latest]) expect(await bearer(token!)).toMatchObject({ scopes: ['join'] });
    expect(access.listLinks('lobby').map(({ id }) => id)).toEqual([latest.id]);
  });

  it('says so to those who wait for it, once', async () => {
    const [one, other] = [await make(), await make()];
    const told: string[] = [];
    access.whenRevoked(await bearer(one.token!), () => told.push('one'));
    const stop = access.whenRevoked(await bearer(other.token!), () => told.push('other'));
    access.revokeLinks('lobby', one.id!);
    expect(told).toEqual(['one']);
    stop();
    access.revokeLinks('lobby');
    expect(told).toEqual(['one']);
  });
});

describe('a page', () => {
  const door = { room: 'lobby', connection: '1', temporary: false };
  const joinToken = async (room = 'lobby', role = 'participant') =>
    (await access.makeLink(room, MakeLink.parse({ role, name: 'Anna' }), caller(['operator']), 'https://a')).token!;
  const seat = { room: 'lobby', connection: 'f00d', role: 'viewer', name: null } as const;

  it('comes in at a fixed connection with a join token of the room, and is who it says', async () => {
    expect(await access.admit({ ...door, token: await joinToken('lobby', 'viewer') })).toEqual({
      role: 'viewer',
      name: 'Anna',
    });
    expect(await access.admit({ ...door, token: await joinToken('other') })).toEqual({ refused: 'not-allowed' });
  });

  it('comes in at the connection of its place with the token of that place alone', async () => {
    const token = (await access.seatToken(seat))!;
    const atPlace = { room: 'lobby', connection: 'f00d', temporary: true };
    expect(await access.admit({ ...atPlace, token })).toEqual({ role: 'viewer', name: null });
    expect(await access.admit({ ...atPlace, connection: 'beef', token })).toEqual({ refused: 'not-allowed' });
    expect(await access.admit({ ...atPlace, room: 'other', token })).toEqual({ refused: 'not-allowed' });
    expect(await access.admit({ ...door, token })).toEqual({ refused: 'not-allowed' });
    expect(await access.admit({ ...atPlace, token: await joinToken() })).toEqual({ refused: 'not-allowed' });
    expect(await bearer(token)).toMatchObject({ scopes: [] });
  });

  it('is refused without a token, with another one, with a key, and with one that has expired', async () => {
    expect(await access.admit({ ...door, token: undefined })).toEqual({ refused: 'not-authenticated' });
    expect(await access.admit({ ...door, token: 'nonsense' })).toEqual({ refused: 'not-authenticated' });
    expect(await access.admit({ ...door, token: operator })).toEqual({ refused: 'not-authenticated' });
    const read = await tokens.sign({ sub: 'x', scopes: ['read'], room: 'lobby' }, NOW_MS + 60_000);
    expect(await access.admit({ ...door, token: read })).toEqual({ refused: 'not-allowed' });
    const token = await joinToken();
    nowMs += 25 * 3_600_000;
    expect(await access.admit({ ...door, token })).toEqual({ refused: 'token-expired' });
  });

  it('needs nothing where nothing is needed', async () => {
    const open = new Access(null);
    expect(await open.admit({ ...door, token: undefined })).toEqual({ role: null, name: null });
    expect(await open.seatToken(seat)).toBeNull();
  });
});
