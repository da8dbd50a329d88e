import type { BarColumns } from './bars.ts';
import type { Result } from './results.ts';

/** A plot of a scenario: its title, its axis with the unit, and the columns of the table that it shows. */
export interface Plot extends BarColumns {
  title: string;
  axis: string;
}

const CPU_PER_PACKET = { value: 'CPU µs/packet', axis: 'CPU of the server, µs per packet that arrived' };
const TIMES = { value: 'p50', low: 'min', high: 'max', axis: 'ms (median; least to greatest)' };

/** What is drawn of the scenarios; a column that a result lacks is not drawn. */
const PLOTS: Record<string, Plot[]> = {
  forward: [
    { title: 'One sender, many receivers (VP8, 720p, 1.5 Mbit/s)', ...CPU_PER_PACKET },
    { title: 'One sender, many receivers: memory', value: 'MB/person', axis: 'MB per person' },
  ],
  gallery: [{ title: 'Everybody sees everybody (VP8, 360p, 500 kbit/s)', ...CPU_PER_PACKET }],
  join: [{ title: 'From “Join room” to the first painted frame', ...TIMES }],
  switch: [{ title: 'From the change of the speaker to the first painted frame', ...TIMES }],
  delay: [{ title: 'From the camera to the screen', value: 'p50 ms', axis: 'ms (median)' }],
  upload: [{ title: 'What each page uploads', value: 'upload kbit/s', axis: 'kbit/s (median; least to greatest)' }],
  mix: [
    {
      title: 'Sound mixed for each listener (Opus, 20 ms)',
      value: 'CPU µs/sound packet',
      axis: 'CPU of the server, µs per sound packet that arrived',
    },
  ],
  churn: [
    {
      title: 'While others join and leave: the longest gap for those who stay',
      value: 'largest gap ms',
      axis: 'ms between two frames',
    },
  ],
  bridge: [
    { title: 'Messages of 2.5 kB relayed', value: 'messages/CPU second', axis: 'messages per second of CPU' },
    { title: 'Idle sockets', value: 'kB/idle socket', axis: 'memory of the server, kB per socket' },
  ],
  capacity: [{ title: 'People until a limit of quality breaks', value: 'people', axis: 'people in the call' }],
};

/** The plots of a result: those that are known for its scenario, or else one of the first column that all its rows have. */
export function plotsOf({ scenario, figures }: Result): Plot[] {
  const rows = Object.values(figures);
  const known = (PLOTS[scenario] ?? []).filter(({ value }) => rows.some((columns) => value in columns));
  if (known.length > 0) return known;
  const value = Object.keys(rows[0] ?? {}).find((column) => rows.every((columns) => column in columns));
  if (value === undefined) return [];
  const has = (column: string) => rows.every((columns) => column in columns);
  return [{ title: scenario, axis: value, value, ...(has('min') && has('max') && { low: 'min', high: 'max' }) }];
}
