import type { Layout, Sound } from '../../protocol/http-api/room.ts';
import { GRID, SLATE, type StreamRef, type View } from '../../protocol/media-ipc/view.ts';
import type { Member } from './member.ts';

/** What routing needs to know of a member. */
export type RoutedMember = Pick<Member, 'id' | 'stream' | 'muted'>;

/** All that decides who sees and hears whom. `members` are in the order of the boxes; `speaker` and `previousSpeaker` are ids. */
export interface Floor {
  layout: Layout;
  sound: Sound;
  members: readonly RoutedMember[];
  speaker: string | null;
  previousSpeaker: string | null;
  /** The ids of those who share a screen, in the order in which they began; in that of the members when absent. */
  sharing?: readonly string[];
}

/** The view of every member, by its id. */
export function route(floor: Floor): Map<string, View> {
  const viewOf = VIEWS[floor.layout];
  return new Map(floor.members.map((member) => [member.id, viewOf(floor, member)]));
}

/**
 * Whose pictures each member is not shown for no other reason than that the operator has stopped them: endpoints, by the id of the one
 * who would see them. Those who miss nothing are left out.
 */
export function stoppedFor(floor: Floor, views: ReadonlyMap<string, View>): Map<string, string[]> {
  if (!floor.members.some(({ muted }) => muted.video)) return new Map();
  const members = floor.members.map(({ id, stream, muted: { audio } }) => ({
    id,
    stream,
    muted: { audio, video: false },
  }));
  const missing = [...route({ ...floor, members })].map(([id, view]) => {
    const shown = new Set(endpointsOf(views.get(id)));
    return [id, [...new Set(endpointsOf(view))].filter((endpoint) => !shown.has(endpoint))] as const;
  });
  return new Map(missing.filter(([, endpoints]) => endpoints.length > 0));
}

function endpointsOf(view: View | undefined): string[] {
  return (view?.video ?? []).flatMap((ref) => (ref.source === 'endpoint' ? [ref.endpoint] : []));
}

const VIEWS: Record<Layout, (floor: Floor, viewer: RoutedMember) => View> = {
  gallery: galleryView,
  speaker: speakerView,
  grid: gridView,
};

function galleryView(floor: Floor, viewer: RoutedMember): View {
  return viewOrSlate(picturesOf(othersOf(floor, viewer)), soundFor(floor, viewer));
}

function speakerView(floor: Floor, viewer: RoutedMember): View {
  const { members, speaker, previousSpeaker } = floor;
  const screen = latestScreen(floor, viewer);
  if (screen) return { video: [screen], audio: soundFor(floor, viewer) };
  if (viewer.id === speaker) {
    const previous = members.filter((member) => member.id === previousSpeaker && member.id !== speaker);
    // Whoever has the floor is at work: no tone, even if there is nobody to be heard.
    return { video: orSlate(camerasOf(previous)), audio: soundFor(floor, viewer) };
  }
  const speaking = members.filter((member) => member.id === speaker);
  return viewOrSlate(camerasOf(speaking), soundFor(floor, viewer));
}

/** All see the same, themselves included. */
function gridView(floor: Floor, viewer: RoutedMember): View {
  const picture = floor.members.some(({ stream }) => stream !== null) ? [GRID] : [];
  return viewOrSlate(picture, soundFor(floor, viewer));
}

function othersOf({ members }: Floor, viewer: RoutedMember): RoutedMember[] {
  return members.filter((member) => member.id !== viewer.id);
}

function soundFor(floor: Floor, viewer: RoutedMember): StreamRef[] {
  const others = othersOf(floor, viewer);
  return soundsOf(floor.sound === 'mix' ? others : others.filter(({ id }) => id === floor.speaker));
}

/** The slate brings its tone only to those who would have nothing else to see and to hear. */
function viewOrSlate(video: StreamRef[], audio: StreamRef[]): View {
  return { video: orSlate(video), audio: video.length === 0 ? orSlate(audio) : audio };
}

function orSlate(streams: StreamRef[]): StreamRef[] {
  return streams.length === 0 ? [SLATE] : streams;
}

/** The screen that has the floor's picture for a viewer, who does not see their own. */
function latestScreen(floor: Floor, viewer: RoutedMember): StreamRef | null {
  const others = othersOf(floor, viewer);
  const began = floor.sharing ?? floor.members.map(({ id }) => id);
  const screens = began.flatMap((id) => screensOf(others.filter((other) => other.id === id)));
  return screens.at(-1) ?? null;
}

/** The cameras of members, each with its screen behind it. */
function picturesOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap((member) => [...camerasOf([member]), ...screensOf([member])]);
}

function camerasOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap(({ stream, muted }) => (stream?.video && !muted.video ? [stream.ref] : []));
}

function screensOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap(({ stream, muted }) =>
    stream?.screen && !muted.video && stream.ref.source === 'endpoint'
      ? [{ ...stream.ref, kind: 'screen' as const }]
      : [],
  );
}

function soundsOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap(({ stream, muted }) => (stream?.audio && !muted.audio ? [stream.ref] : []));
}
