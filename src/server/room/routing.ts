import type { Layout } from '../../protocol/http-api/room.ts';
import { SLATE, type StreamRef, type View } from '../../protocol/media-ipc/view.ts';
import type { Member } from './member.ts';

/** What routing needs to know of a member. */
export type RoutedMember = Pick<Member, 'id' | 'stream'>;

/** All that decides who sees and hears whom. `members` are in the order of the boxes; `speaker` and `previousSpeaker` are ids. */
export interface Floor {
  layout: Layout;
  members: readonly RoutedMember[];
  speaker: string | null;
  previousSpeaker: string | null;
}

/** The view of every member, by its id. */
export function route(floor: Floor): Map<string, View> {
  const viewOf = floor.layout === 'gallery' ? galleryView : speakerView;
  return new Map(floor.members.map((member) => [member.id, viewOf(floor, member)]));
}

function galleryView({ members }: Floor, viewer: RoutedMember): View {
  const others = members.filter((member) => member.id !== viewer.id);
  return viewOrSlate(picturesOf(others), soundsOf(others));
}

function speakerView({ members, speaker, previousSpeaker }: Floor, viewer: RoutedMember): View {
  if (viewer.id === speaker) {
    const previous = members.filter((member) => member.id === previousSpeaker && member.id !== speaker);
    return { video: orSlate(picturesOf(previous)), audio: [] };
  }
  const speaking = members.filter((member) => member.id === speaker);
  return viewOrSlate(picturesOf(speaking), soundsOf(speaking));
}

/** The slate brings its tone only to those who would have nothing else to see and to hear. */
function viewOrSlate(video: StreamRef[], audio: StreamRef[]): View {
  return { video: orSlate(video), audio: video.length === 0 ? orSlate(audio) : audio };
}

function orSlate(streams: StreamRef[]): StreamRef[] {
  return streams.length === 0 ? [SLATE] : streams;
}

function picturesOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap(({ stream }) => (stream?.video ? [stream.ref] : []));
}

function soundsOf(members: readonly RoutedMember[]): StreamRef[] {
  return members.flatMap(({ stream }) => (stream?.audio ? [stream.ref] : []));
}
