import type { Layout, Sound } from '../../protocol/http-api/room.ts';
import { SLATE, type StreamRef, type View } from '../../protocol/media-ipc/view.ts';
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
}

/** The view of every member, by its id. */
export function route(floor: Floor): Map<string, View> {
  const viewOf = floor.layout === 'gallery' ? galleryView : speakerView;
  return new Map(floor.members.map((member) => [member.id, viewOf(floor, member)]));
}

function galleryView(floor: Floor, viewer: RoutedMember): View {
  return viewOrSlate(picturesOf(othersOf(floor, viewer)), soundFor(floor, viewer));
}

function speakerView(floor: Floor, viewer: RoutedMember): View {
  const { members, speaker, previousSpeaker } = floor;
  if (viewer.id === speaker) {
    const previous = members.filter((member) => member.id === previousSpeaker && member.id !== speaker);
    // Whoever has the floor is at work: no tone, even if there is nobody to be heard.
    return { video: orSlate(picturesOf(previous)), audio: soundFor(floor, viewer) };
  }
  const speaking = members.filter((member) => member.id === speaker);
  return viewOrSlate(picturesOf(speaking), soundFor(floor, viewer));
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

function picturesOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap(({ stream, muted }) => (stream?.video && !muted.video ? [stream.ref] : []));
}

function soundsOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap(({ stream, muted }) => (stream?.audio && !muted.audio ? [stream.ref] : []));
}
