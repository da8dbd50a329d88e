import { type GridTiles, MAX_TILES } from '../../protocol/media-ipc/grid.ts';
import type { Member } from './member.ts';

/** What a grid needs to know of a member. */
export type GridMember = Pick<Member, 'id' | 'name' | 'stream' | 'muted' | 'selfMuted'>;

/**
 * The tiles of a room's grid: everybody who publishes, in the order of the boxes, without a picture where the camera is muted.
 * Where there are more than a grid has room for, the last ones are left out, but never the speaker.
 */
export function tilesOf(members: readonly GridMember[], speaker: string | null): GridTiles {
  const publishing = members.filter(({ stream }) => stream !== null);
  return mostImportant(publishing, speaker).map(({ id, name, stream, muted, selfMuted }) => ({
    name,
    stream: stream?.video && !muted.video && !selfMuted.video ? stream.ref : null,
    speaker: id === speaker,
    screen: false,
  }));
}

function mostImportant(members: readonly GridMember[], speaker: string | null): readonly GridMember[] {
  const shown = members.slice(0, MAX_TILES);
  const leftOut = members.slice(MAX_TILES).find(({ id }) => id === speaker);
  return leftOut ? [...shown.slice(0, -1), leftOut] : shown;
}
