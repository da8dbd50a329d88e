import type { ConnectionStats, Quality } from '../../protocol/http-api/stats.ts';

/** From here on a figure is no longer `good`, and no longer `fair`. */
interface Bounds {
  fair: number;
  poor: number;
}

/** Lost packets that people begin to see and hear, and those that make it hard to follow. */
const LOSS_RATIO: Bounds = { fair: 0.02, poor: 0.08 };
/** People talk over each other from a delay of 150 ms each way on (ITU-T G.114), and cannot go on long above 400 ms. */
const ROUND_TRIP_MS: Bounds = { fair: 300, poor: 800 };
/** Packets that come so unevenly are waited for in ever longer buffers, and then too late. */
const JITTER_MS: Bounds = { fair: 50, poor: 150 };

const ORDER: readonly Quality[] = ['good', 'fair', 'poor'];

function grade(value: number | null, { fair, poor }: Bounds): Quality | null {
  if (value === null) return null;
  return value >= poor ? 'poor' : value >= fair ? 'fair' : 'good';
}

/** How good a connection is: the worst of what is known of both ways; null while nothing is. A page that sends nothing at all is poor. */
export function qualityOf({ incoming, outgoing }: Pick<ConnectionStats, 'incoming' | 'outgoing'>): Quality | null {
  const grades = [
    incoming && (incoming.bitrateBps === 0 ? 'poor' : null),
    incoming && grade(incoming.lossRatio, LOSS_RATIO),
    incoming && grade(incoming.jitterMs, JITTER_MS),
    outgoing && grade(outgoing.lossRatio, LOSS_RATIO),
    outgoing && grade(outgoing.roundTripMs, ROUND_TRIP_MS),
  ].filter((quality) => quality !== null);
  return ORDER.findLast((quality) => grades.includes(quality)) ?? null;
}
