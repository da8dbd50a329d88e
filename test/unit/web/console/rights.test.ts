import { describe, expect, test } from 'vitest';
import type { Access } from '../../../../src/protocol/http-api/access.ts';
import { addressOfRoom, placeOf } from '../../../../src/web/console/addresses.ts';
import { levelRatio } from '../../../../src/web/console/levels.ts';
import { nextPicture, type PictureTile } from '../../../../src/web/console/picture-order.ts';
import { rightsOf } from '../../../../src/web/console/rights.ts';

const access = (given: Partial<Access>): Access => {
  return { required: true, scopes: [], room: null, subject: null, expiresAt: null, ...given };
};

describe('what may be done at the console', () => {
  test('is everything where no key is asked for', () => {
    expect(rightsOf(access({ required: false }))).toMatchObject({
      operateServer: true,
      operateRooms: true,
      look: true,
      withdrawLinks: false,
    });
  });

  test.each([
    [['operator'], null, { operateServer: true, operateRooms: true, withdrawLinks: true, look: true, room: null }],
    [
      ['room-operator'],
      'lobby',
      { operateServer: false, operateRooms: true, withdrawLinks: true, look: true, room: 'lobby' },
    ],
    [['read'], null, { operateServer: false, operateRooms: false, withdrawLinks: false, look: true, room: null }],
    [
      ['join'],
      'lobby',
      { operateServer: false, operateRooms: false, withdrawLinks: false, look: false, room: 'lobby' },
    ],
    [[], null, { operateServer: false, operateRooms: false, withdrawLinks: false, look: false, room: null }],
  ] as const)('is by the scopes: %j', (scopes, room, rights) => {
    expect(rightsOf(access({ scopes: [...scopes], room }))).toEqual(rights);
  });
});

describe('addresses of the console', () => {
  test('lead to rooms of any script, and back', () => {
    for (const name of ['lobby', '会议-1', 'a.b_c~d'])
      expect(placeOf(addressOfRoom(name))).toEqual({ page: 'room', room: name });
  });

  test('lead to the rooms when they lead nowhere', () => {
    for (const hash of ['', '#', '#/', '#/rooms', '#/rooms/', '#/nonsense', '#/rooms/%E4'])
      expect(placeOf(hash)).toEqual({ page: 'rooms' });
    expect(placeOf('#/server')).toEqual({ page: 'server' });
    expect(placeOf('#/log')).toEqual({ page: 'log' });
  });
});

describe('small pictures', () => {
  const tile = (given: Partial<PictureTile>): PictureTile => {
    return { visible: true, loading: false, askedAtMs: -Infinity, ...given };
  };
  const next = (tiles: Record<string, PictureTile>) => nextPicture(new Map(Object.entries(tiles)), 10_000);

  test('are asked for where one has waited longest, and can be seen', () => {
    const tiles = { a: tile({ askedAtMs: 7000 }), b: tile({ askedAtMs: 6000 }), c: tile({ visible: false }) };
    expect(next(tiles)).toBe('b');
    expect(next({ ...tiles, d: tile({}) })).toBe('d');
  });

  test('are not asked for too soon, twice, or many at a time', () => {
    expect(next({ a: tile({ askedAtMs: 8001 }) })).toBeUndefined();
    expect(next({ a: tile({ loading: true }) })).toBeUndefined();
    expect(next({ a: tile({ loading: true }), b: tile({ loading: true }), c: tile({}) })).toBeUndefined();
  });
});

test('a level fills the meter from silence to the loudest', () => {
  expect([undefined, -127, -60, -30, 0].map(levelRatio)).toEqual([0, 0, 0, 0.5, 1]);
});
