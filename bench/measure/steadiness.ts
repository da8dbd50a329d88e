import type { BotPlan } from './call.ts';
import type { Window } from './window.ts';

/** How those fared who stayed in a call. */
export interface Steadiness {
  frames: number;
  missingFrames: number;
  undecodableFrames: number;
  /** The longest time that anybody waited for a frame, in milliseconds. */
  largestGapMs: number;
  /** The longest time between two frames that a sender sent: the machine's part of it. */
  largestGapSentMs: number;
}

/** What the books say of those who stayed; throws when somebody saw nothing of somebody. */
export function steadiness(steady: readonly BotPlan[], { books }: Pick<Window, 'books'>): Steadiness {
  const streams = steady.flatMap(({ name, sees }) =>
    sees.flatMap((source) => {
      const found = books[name]?.streams.filter((stream) => stream.source === source && stream.frames > 0) ?? [];
      if (found.length === 0) throw new Error(`${name} saw nothing of ${source} during the measurement`);
      return found;
    }),
  );
  const sum = (field: 'frames' | 'missingFrames' | 'undecodableFrames') =>
    streams.reduce((all, stream) => all + stream[field], 0);
  return {
    frames: sum('frames'),
    missingFrames: sum('missingFrames'),
    undecodableFrames: sum('undecodableFrames'),
    largestGapMs: Math.max(0, ...streams.map((stream) => stream.largestGapMs)),
    largestGapSentMs: Math.max(0, ...steady.map(({ name }) => books[name]?.sent?.largestGapMs ?? 0)),
  };
}
