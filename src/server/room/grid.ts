import { type GridTiles, MAX_TILES } from '../../protocol/media-ipc/grid.ts';
import type { Member } from './member.ts';

/** More screens than these leave no room for people. */
const MAX_SCREENS = 4;

/** What a grid needs to know of a member. */
export type GridMember = Pick<Member, 'id' | 'name' | 'stream' | 'muted' | 'selfMuted'>;

/**
 * The tiles of a room's grid: everybody who publishes, in the order of the boxes, without a picture where the camera is muted. The
 * screens are behind them.
 * Where there are more than a grid has room for, the last ones are left out, but never the speaker.
 */
export function tilesOf(members: readonly GridMember[], speaker: string | null): GridTiles {
  const publishing = members.filter(({ stream }) => stream !== null);
  const screens = publishing.flatMap(screensOf).slice(0, MAX_SCREENS);
  const people = mostImportant(publishing, MAX_TILES - screens.length, speaker);
  return [
    ...people.map(({ id, name, stream, muted, selfMuted }) => ({
      name,
      stream: stream?.video && !muted.video && !selfMuted.video ? stream.ref : null,
      speaker: id === speaker,
      screen: false,
    })),
    ...screens,
  ];
}

function screensOf({ name, stream, muted }: GridMember): GridTiles {
  if (!stream?.screen || muted.video || stream.ref.source !== 'endpoint') return [];
  return [{ name, stream: { ...stream.ref, kind: 'screen' }, speaker: false, screen: true }];
}

function mostImportant(members: readonly GridMember[], most: number, speaker: string | null): readonly GridMember[] {
  const shown = members.slice(0, most);
  const leftOut = members.slice(most).find(({ id }) => id === speaker);
  return leftOut ? [...shown.slice(0, -1), leftOut] : shown;
}
