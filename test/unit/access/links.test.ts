import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LinkResource } from '../../../src/protocol/http-api/access.ts';
import { fileStore, memoryStore } from '../../../src/server/access/link-file.ts';
import { Links, MAX_LISTED } from '../../../src/server/access/links.ts';

const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
const DAY_MS = 86_400_000;
const idOf = (number: number) => number.toString(16).padStart(16, '0');
const link = (number: number, room = 'lobby', lastsMs = DAY_MS): LinkResource => ({
  id: idOf(number),
  room,
  role: 'viewer',
  name: null,
  madeBy: 'operator',
  madeAt: new Date(NOW_MS).toISOString(),
  expiresAt: new Date(NOW_MS + lastsMs).toISOString(),
});
const tokenOf = (number: number, room = 'lobby') => ({ link: idOf(number), room, issuedAtMs: NOW_MS });
const folder = () => join(mkdtempSync(join(tmpdir(), 'links-')), 'state');

describe('what is known of links', () => {
  it.each(['constructor', '__proto__', 'toString'])(
    'a token of a link or a room %s is not revoked by its name',
    (name) => {
      const links = new Links(() => NOW_MS);
      expect(links.isRevoked({ link: name, room: name, issuedAtMs: NOW_MS })).toBe(false);
      links.revokeAll(name);
      expect(links.isRevoked({ link: null, room: name, issuedAtMs: NOW_MS })).toBe(true);
    },
  );

  it('is still known after a restart, in a file for its owner alone, without any token', () => {
    const path = join(folder(), 'links.json');
    const before = new Links(() => NOW_MS, fileStore(path));
    for (const number of [1, 2]) before.made(link(number));
    before.made(link(3, 'other'));
    before.revoke('lobby', idOf(1));
    before.revokeAll('other');
    const after = new Links(() => NOW_MS + 1000, fileStore(path));
    expect(after.list('lobby')).toEqual([link(2)]);
    expect(after.list('other')).toEqual([]);
    expect([tokenOf(1), tokenOf(2), tokenOf(3, 'other'), tokenOf(4, 'other')].map((t) => after.isRevoked(t))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(after.timeFor('other')).toBe(NOW_MS + 1000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain('token');
  });

  it('is forgotten when the links have expired', () => {
    let now = NOW_MS;
    const store = memoryStore();
    const links = new Links(() => now, store);
    links.made(link(1));
    links.made(link(2));
    links.revoke('lobby', idOf(1));
    links.revokeAll('other');
    now += 31 * DAY_MS;
    expect(links.list('lobby')).toEqual([]);
    links.made(link(3, 'lobby', 32 * DAY_MS));
    expect(store.read()).toMatchObject({ links: [link(3, 'lobby', 32 * DAY_MS)], revoked: {}, rooms: {} });
  });

  it('has an end: of very many links of a room those made last are listed', () => {
    const links = new Links(() => NOW_MS);
    links.made(link(0, 'other'));
    for (let number = 1; number <= MAX_LISTED + 2; number++) links.made(link(number));
    expect(links.list('lobby')).toHaveLength(MAX_LISTED);
    expect(links.list('lobby')[0]!.id).toBe(idOf(3));
    expect(links.list('other')).toHaveLength(1);
  });

  it('does not depend on whether it can be written down, but whoever revokes is told', () => {
    const told: unknown[] = [];
    const store = {
      ...memoryStore(),
      write: () => {
        throw new Error('the disk is full');
      },
    };
    const links = new Links(
      () => NOW_MS,
      store,
      (error) => told.push(error),
    );
    links.made(link(1));
    expect(told).toMatchObject([{ message: 'the disk is full' }]);
    expect(() => {
      links.revoke('lobby', idOf(1));
    }).toThrow('the disk is full');
    expect(links.isRevoked(tokenOf(1))).toBe(true);
  });

  it('is not guessed at: a file that says nothing of it keeps the server from starting', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'links-')), 'links.json');
    writeFileSync(path, '{');
    chmodSync(path, 0o600);
    expect(() => new Links(() => NOW_MS, fileStore(path))).toThrow(/does not say which links are revoked/);
  });
});
