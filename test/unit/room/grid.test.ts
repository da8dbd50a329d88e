import { describe, expect, it } from 'vitest';
import { GridTiles, MAX_TILES } from '../../../src/protocol/media-ipc/grid.ts';
import { type GridMember, tilesOf } from '../../../src/server/room/grid.ts';

const ref = (endpoint: string) => ({ source: 'endpoint', endpoint }) as const;
const nothing = { audio: false, video: false };
const person = (id: string, rest: Partial<GridMember> = {}): GridMember => ({
  id,
  name: `name of ${id}`,
  stream: { ref: ref(`of ${id}`), audio: true, video: true },
  muted: nothing,
  selfMuted: nothing,
  ...rest,
});
const tile = (id: string, rest: Partial<GridTiles[number]> = {}) => ({
  name: `name of ${id}`,
  stream: ref(`of ${id}`),
  speaker: false,
  screen: false,
  ...rest,
});

describe('the tiles of a grid', () => {
  it('are those who publish, in their order, each with a name', () => {
    const members = [person('b'), person('c', { stream: null }), person('a')];
    expect(tilesOf(members, null)).toEqual([tile('b'), tile('a')]);
  });

  it.each([
    ['there is only sound', { stream: { ref: ref('of a'), audio: true, video: false } }],
    ['the operator has muted the camera', { muted: { audio: false, video: true } }],
    ['the user has muted it', { selfMuted: { audio: false, video: true } }],
  ])('have no picture where %s', (_, rest) => {
    expect(tilesOf([person('a', rest)], null)).toEqual([tile('a', { stream: null })]);
  });

  it('keep the picture of who has muted the microphone', () => {
    const muted = { audio: true, video: false };
    expect(tilesOf([person('a', { muted, selfMuted: muted })], null)).toEqual([tile('a')]);
  });

  it('mark the speaker', () => {
    expect(tilesOf([person('a'), person('b')], 'b')).toEqual([tile('a'), tile('b', { speaker: true })]);
  });

  it('begin with the screens, the latest one first, also of who has muted the camera, but not of who is muted', () => {
    const sharing = (id: string, rest: Partial<GridMember> = {}) =>
      person(id, { stream: { ref: ref(`of ${id}`), audio: true, video: true, screen: true }, ...rest });
    const screen = (id: string) => tile(id, { stream: { ...ref(`of ${id}`), kind: 'screen' }, screen: true });
    const unseen = { audio: false, video: true };
    const members = [sharing('a', { selfMuted: unseen }), sharing('b', { muted: unseen }), sharing('c'), person('d')];
    expect(tilesOf(members, null, ['a', 'b', 'c'])).toEqual([
      screen('c'),
      screen('a'),
      tile('a', { stream: null }),
      tile('b', { stream: null }),
      tile('c'),
      tile('d'),
    ]);
    const many = Array.from({ length: MAX_TILES + 5 }, (_, index) => sharing(`${index}`));
    const tiles = GridTiles.parse(
      tilesOf(
        many,
        '29',
        many.map(({ id }) => id),
      ),
    );
    expect([tiles.length, tiles.filter((each) => each.screen).length, tiles.at(-1)?.name]).toEqual([
      25,
      12,
      'name of 29',
    ]);
  });

  it('are as many as a grid has room for, and the speaker’s is always there', () => {
    const members = Array.from({ length: MAX_TILES + 5 }, (_, index) => person(`${index}`));
    const names = (speaker: string | null) => GridTiles.parse(tilesOf(members, speaker)).map(({ name }) => name);
    expect(names(null)).toEqual(members.slice(0, MAX_TILES).map(({ name }) => name));
    expect(names('3')).toEqual(names(null));
    expect(names('28')).toEqual([...names(null).slice(0, -1), 'name of 28']);
  });
});
