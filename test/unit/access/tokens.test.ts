import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { Tokens } from '../../../src/server/access/tokens.ts';

const SECRET = 'a secret of at least 32 characters';
const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
const NOW_S = NOW_MS / 1000;

let nowMs: number;
let tokens: Tokens;

beforeEach(() => {
  nowMs = NOW_MS;
  tokens = new Tokens(SECRET, () => nowMs);
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token signed by hand, with any header and any claims. */
function signed(header: unknown, claims: unknown, secret = SECRET, hash = 'sha256'): string {
  const content = `${base64(header)}.${base64(claims)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
}

const HS256 = { alg: 'HS256' };
const GOOD = { scope: 'read', exp: NOW_S + 60 };

describe('a token', () => {
  it('says who may do what, where, and until when', async () => {
    const token = await tokens.sign(
      { scopes: ['join', 'room-operator'], sub: 'anna', room: 'lobby', role: 'host', name: 'Anna' },
      NOW_MS + 60_000,
    );
    expect(await tokens.callerOf(token)).toEqual({
      subject: 'anna',
      scopes: ['room-operator', 'read', 'join'],
      room: 'lobby',
      connection: null,
      role: 'host',
      name: 'Anna',
      link: null,
      issuedAtMs: null,
      expiresAtMs: NOW_MS + 60_000,
    });
  });

  it('made by another program with the secret does', async () => {
    const foreign = await new SignJWT({ scope: 'join', room: 'lobby' })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setExpirationTime(NOW_S + 60)
      .sign(new TextEncoder().encode(SECRET));
    expect(await tokens.callerOf(foreign)).toMatchObject({ scopes: ['join'], room: 'lobby', subject: null });
    expect(await tokens.callerOf(signed(HS256, GOOD))).toMatchObject({ scopes: ['read'] });
  });

  it('for one connection allows nothing else, whatever it says', async () => {
    const claims = { ...GOOD, scope: 'operator', connection: 'abc', room: 'lobby' };
    expect(await tokens.callerOf(signed(HS256, claims))).toMatchObject({ scopes: [], connection: 'abc' });
  });

  it('has expired a few seconds after its time', async () => {
    const token = await tokens.sign({ sub: 'x' }, NOW_MS + 60_000);
    nowMs += 64_000;
    await expect(tokens.callerOf(token)).resolves.toBeDefined();
    nowMs += 2000;
    await expect(tokens.callerOf(token)).rejects.toMatchObject({ code: 'token-expired' });
  });

  it.each([
    ['is nonsense', 'nonsense'],
    ['is three parts of nothing', '..'],
    ['has no signature (alg: none)', new UnsecuredJWT({ scope: 'operator' }).setExpirationTime(NOW_S + 60).encode()],
    ['says alg: none, and has a signature', signed({ alg: 'none' }, GOOD)],
    ['was signed with another secret', signed(HS256, GOOD, 'another secret of at least 32 characters')],
    ['was signed with no secret', signed(HS256, GOOD, '')],
    ['was signed in another way', signed({ alg: 'HS512' }, GOOD, SECRET, 'sha512')],
    ['says another way than it was signed in', signed({ alg: 'HS512' }, GOOD)],
    [
      'brings its own key',
      signed({ ...HS256, jwk: { kty: 'oct', k: 'AAAA' } }, GOOD, Buffer.from('AAAA', 'base64url').toString()),
    ],
    ['asks for something critical', signed({ ...HS256, crit: ['b64'], b64: false }, GOOD)],
    ['never expires', signed(HS256, { scope: 'read' })],
    ['expires at a text', signed(HS256, { scope: 'read', exp: 'tomorrow' })],
    ['is not good yet', signed(HS256, { ...GOOD, nbf: NOW_S + 60 })],
    ['has a scope that there is not', signed(HS256, { ...GOOD, scope: 'read everything' })],
    ['has scopes as a list', signed(HS256, { ...GOOD, scope: ['operator'] })],
    ['is for a room with markup', signed(HS256, { ...GOOD, room: '<b>' })],
    ['has a name with markup', signed(HS256, { ...GOOD, name: '<img src=x>' })],
    ['is from somebody with a line break', signed(HS256, { ...GOOD, sub: 'a\nb' })],
    ['is no object', signed(HS256, 'operator')],
    ['is too long', signed(HS256, { ...GOOD, more: 'x'.repeat(4000) })],
  ])('is refused when it %s, and is not told why', async (_how, token) => {
    await expect(tokens.callerOf(token)).rejects.toMatchObject({
      code: 'not-authenticated',
      message: 'This token is not valid',
    });
  });

  it('that was changed is refused', async () => {
    const [header, , signature] = (await tokens.sign({ sub: 'x', scopes: ['read'] }, NOW_MS + 60_000)).split('.');
    const changed = [header, base64({ ...GOOD, scope: 'operator' }), signature].join('.');
    await expect(tokens.callerOf(changed)).rejects.toMatchObject({ code: 'not-authenticated' });
  });
});
