import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TrafficFigures } from '../../protocol/media-ipc/figures.ts';
import type { MediaDump, WorkerTraffic } from '../media/media-engine.ts';

/** From being asked to media: a tenth of a second on a network of one's own, many where ICE needs a relay or people read a question. */
const JOIN_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30];

/** What rooms and media are at a moment. */
export interface MediaReading {
  rooms: number;
  /** The number of connections in each state. */
  connections: Readonly<Record<string, number>>;
  media: MediaDump;
  traffic: readonly WorkerTraffic[];
}

/** What grows with the packets of a worker: the name of its metric and what it is. */
const GROWING: readonly [keyof TrafficFigures, name: string, help: string][] = [
  ['receivedBytes', 'received_bytes_total', 'Bytes that came from pages'],
  ['receivedPackets', 'received_packets_total', 'RTP packets that came from pages'],
  ['receivedLostPackets', 'received_lost_packets_total', 'RTP packets of pages that got lost on the way'],
  ['sentBytes', 'sent_bytes_total', 'Bytes that were sent to pages'],
  ['sentPackets', 'sent_packets_total', 'Packets that were sent to pages'],
  ['reportedPackets', 'reported_packets_total', 'RTP packets that pages have reported on'],
  ['lostPackets', 'reported_lost_packets_total', 'RTP packets that pages report to have lost'],
  ['keyFrameRequests', 'key_frame_requests_total', 'Key frames that pages were asked for'],
];

/** What a worker has at a moment, or has used. */
const WORKER_GAUGES: readonly [keyof MediaDump['workers'][number], name: string, help: string][] = [
  ['residentBytes', 'worker_resident_bytes', 'Memory of a media worker'],
  ['threads', 'worker_threads', 'Threads of a media worker'],
  ['endpoints', 'worker_endpoints', 'Endpoints in a media worker'],
];

/** The metrics of rooms, people and media workers. What a worker counts begins anew when another takes its place. */
export class MediaMetrics {
  readonly #rooms: Gauge;
  readonly #connections: Gauge<'state'>;
  readonly #streams: Gauge;
  readonly #slots: Gauge;
  readonly #restarts: Counter;
  readonly #cpu: Counter<'worker'>;
  readonly #growing: [keyof TrafficFigures, Counter<'worker'>][];
  readonly #workers: [keyof MediaDump['workers'][number], Gauge<'worker'>][];
  readonly #joins: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    const named = (name: string, help: string) => ({ name: `webstreamer_${name}`, help, registers });
    const byWorker = (name: string, help: string) => ({ ...named(name, help), labelNames: ['worker'] as const });
    this.#rooms = new Gauge(named('rooms', 'Rooms'));
    this.#connections = new Gauge({ ...named('connections', 'Connections, by state'), labelNames: ['state'] });
    this.#streams = new Gauge(named('streams', 'RTP streams that come from pages'));
    this.#slots = new Gauge(named('slots', 'Pictures that pages can be shown'));
    this.#restarts = new Counter(named('worker_restarts_total', 'Media workers that took the place of one that died'));
    this.#cpu = new Counter(byWorker('worker_cpu_seconds_total', 'Processor time of a media worker'));
    this.#growing = GROWING.map(([key, name, help]) => [key, new Counter(byWorker(name, help))]);
    this.#workers = WORKER_GAUGES.map(([key, name, help]) => [key, new Gauge(byWorker(name, help))]);
    this.#joins = new Histogram({
      ...named('join_seconds', 'Time from the request of a page to join until its media were up'),
      buckets: JOIN_BUCKETS,
    });
  }

  /** Somebody has joined, and it took so long. */
  joined(seconds: number): void {
    this.#joins.observe(seconds);
  }

  /** Takes what there is now; a worker that did not answer is left out. */
  set({ rooms, connections, media, traffic }: MediaReading): void {
    this.#rooms.set(rooms);
    for (const [state, count] of Object.entries(connections)) this.#connections.set({ state }, count);
    this.#streams.set(traffic.reduce((sum, { sources }) => sum + sources, 0));
    this.#slots.set(traffic.reduce((sum, { slots }) => sum + slots, 0));
    replace(this.#restarts, [[{}, media.restarts]]);
    replace(
      this.#cpu,
      media.workers.map(({ place, cpuSeconds }) => [{ worker: place }, cpuSeconds]),
    );
    for (const [key, counter] of this.#growing)
      replace(
        counter,
        traffic.map((one) => [{ worker: one.place }, one[key]]),
      );
    for (const [key, gauge] of this.#workers) {
      gauge.reset();
      for (const worker of media.workers) gauge.set({ worker: worker.place }, worker[key]);
    }
  }
}

/** Counters of ours only grow; these are others', which we read. */
function replace<L extends string>(
  counter: Counter<L>,
  values: readonly [labels: Partial<Record<L, number>>, value: number][],
): void {
  counter.reset();
  for (const [labels, value] of values) counter.inc(labels, value);
}
