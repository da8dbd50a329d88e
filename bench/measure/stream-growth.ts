import type { RtpStream } from '../pages/rtp-streams.ts';

type Counted = 'bytes' | 'frames' | 'freezes' | 'freezeSeconds' | 'jitterBufferSeconds' | 'jitterBufferFrames';

/** By how much the counters of all streams of one direction have grown together. */
export function growth(
  before: readonly RtpStream[],
  after: readonly RtpStream[],
  direction: RtpStream['direction'],
): Record<Counted, number> {
  const sum = (streams: readonly RtpStream[], field: Counted) =>
    streams.reduce((all, stream) => all + (stream.direction === direction ? stream[field] : 0), 0);
  const of = (field: Counted) => sum(after, field) - sum(before, field);
  return {
    bytes: of('bytes'),
    frames: of('frames'),
    freezes: of('freezes'),
    freezeSeconds: of('freezeSeconds'),
    jitterBufferSeconds: of('jitterBufferSeconds'),
    jitterBufferFrames: of('jitterBufferFrames'),
  };
}
