import type { Labels, Member } from './member.ts';
import type { Voices } from './voices.ts';

/** The labels of all members who are served by an endpoint; `speaker` = the id of the one who has the floor. */
export function labelsOf(members: readonly Member[], speaker: string | null, voices: Pick<Voices, 'speaks'>): Labels {
  return new Map(
    members.flatMap(({ id, name, stream, muted, selfMuted }) => {
      if (stream?.ref.source !== 'endpoint') return [];
      const isMuted = { audio: muted.audio || selfMuted.audio, video: muted.video || selfMuted.video };
      const label = { connection: id, name, muted: isMuted, speaker: id === speaker, speaking: voices.speaks(id) };
      return [[stream.ref.endpoint, label] as const];
    }),
  );
}
