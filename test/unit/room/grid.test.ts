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

  it('are also the screens, behind the people', () => {
    const sharing = { ref: ref('of a'), audio: true, video: true, screen: true };
    const screen = tile('a', { stream: { ...ref('of a'), kind: 'screen' }, screen: true });
    expect(tilesOf([person('a', { stream: sharing }), person('b')], 'a')).toEqual([
      tile('a', { speaker: true }),
      tile('b'),
      screen,
    ]);
    expect(tilesOf([person('a', { stream: sharing, muted: { audio: false, video: true } })], null)).toEqual([
      tile('a', { stream: null }),
    ]);
  });

  it('mark the speaker', () => {
    expect(tilesOf([person('a'), person('b')], 'b')).toEqual([tile('a'), tile('b', { speaker: true })]);
  });

  it('are as many as a grid has room for, and the speaker’s is always there', () => {
    const members = Array.from({ length: MAX_TILES + 5 }, (_, index) => person(`${index}`));
    const names = (speaker: string | null) => GridTiles.parse(tilesOf(members, speaker)).map(({ name }) => name);
    expect(names(null)).toEqual(members.slice(0, MAX_TILES).map(({ name }) => name));
    expect(names('3')).toEqual(names(null));
    expect(names('28')).toEqual([...names(null).slice(0, -1), 'name of 28']);
  });
});
