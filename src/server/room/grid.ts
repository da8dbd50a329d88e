import { type GridTile, type GridTiles, MAX_TILES } from '../../protocol/media-ipc/grid.ts';
import type { Member } from './member.ts';

/** What a grid needs to know of a member. */
export type GridMember = Pick<Member, 'id' | 'name' | 'stream' | 'muted' | 'selfMuted'>;

/**
 * The tiles of a room's grid: the screens that are shared, the latest one first, then everybody who publishes, in the order of the
 * boxes, without a picture where the camera is muted. Where there are more than a grid has room for, the last people are left out, but
 * never the speaker. `sharing` = the ids of those who share a screen, in the order in which they began.
 */
export function tilesOf(
  members: readonly GridMember[],
  speaker: string | null,
  sharing: readonly string[] = [],
): GridTiles {
  const publishing = members.filter(({ stream }) => stream !== null);
  const screens = screensOf(publishing, sharing);
  const people = mostImportant(publishing, speaker, MAX_TILES - screens.length);
  return [...screens, ...people.map((member) => tileOf(member, speaker))];
}

function tileOf({ id, name, stream, muted, selfMuted }: GridMember, speaker: string | null): GridTile {
  const isSeen = stream?.video && !muted.video && !selfMuted.video;
  return { name, stream: isSeen ? stream.ref : null, speaker: id === speaker, screen: false };
}

/** At most half of the tiles, so that there is room for people. */
function screensOf(members: readonly GridMember[], sharing: readonly string[]): GridTile[] {
  const sharers = sharing.toReversed().flatMap((id) => members.find((member) => member.id === id) ?? []);
  const screens = sharers.flatMap(({ name, stream, muted }): GridTile[] => {
    if (!stream?.screen || muted.video || stream.ref.source !== 'endpoint') return [];
    return [{ name, stream: { ...stream.ref, kind: 'screen' }, speaker: false, screen: true }];
  });
  return screens.slice(0, Math.floor(MAX_TILES / 2));
}

function mostImportant(members: readonly GridMember[], speaker: string | null, room: number): readonly GridMember[] {
  const shown = members.slice(0, room);
  const leftOut = members.slice(room).find(({ id }) => id === speaker);
  return leftOut ? [...shown.slice(0, -1), leftOut] : shown;
}
