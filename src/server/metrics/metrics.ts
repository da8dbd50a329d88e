import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type ApiEvent, EVENT_TYPES } from '../../protocol/http-api/event.ts';
import type { BridgeDump, BridgeObserver } from '../bridge/bridge.ts';
import { REFUSAL_REASONS } from '../bridge/refusal.ts';
import { MediaMetrics, type MediaReading } from './media-metrics.ts';

/** Handling is a matter of microseconds; a second means that the process was busy with something else. */
const HANDLING_BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1, 1];

/** So many observations are handed on together, which costs an event less than one by one. */
const BATCH = 256;

/** What the gauges are read from at the moment at which somebody asks. */
export interface MetricSources {
  bridge: () => BridgeDump | null;
  /** Null where there are no rooms. */
  media: () => Promise<MediaReading | null>;
}

/** The first digits of the statuses that a request can be answered with. */
const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;

/** The metrics of one server, in Prometheus' text format (docs/metrics.md). */
export class Metrics {
  /** Told by the bridge what it does. */
  readonly bridge: BridgeObserver;
  /** Told what became of each attempt to tell a webhook of an event, and of what was given up. */
  readonly webhook: (result: 'delivered' | 'failed' | 'dropped') => void;
  readonly #registry = new Registry();
  readonly #sources: MetricSources;
  readonly #media: MediaMetrics;
  readonly #events: Counter<'type'>;
  readonly #requests: Counter<'status'>;

  constructor(sources: MetricSources) {
    this.#sources = sources;
    const registers = [this.#registry];
    const observations: { kind: string; seconds: number }[] = [];
    const observe = () => {
      for (const { kind, seconds } of observations.splice(0)) handling.observe({ kind }, seconds);
    };
    const handling = new Histogram({
      name: 'webstreamer_bridge_event_seconds',
      help: 'Time from the arrival of an event until all that it leads to was handed to sockets',
      labelNames: ['kind'],
      buckets: HANDLING_BUCKETS,
      registers,
      collect: observe,
    });
    const refused = new Counter({
      name: 'webstreamer_bridge_refused_total',
      help: 'Sockets and events that were refused, by reason',
      labelNames: ['reason'],
      registers,
    });
    for (const reason of REFUSAL_REASONS) refused.inc({ reason }, 0);
    this.bridge = {
      handled: (kind, seconds) => {
        observations.push({ kind, seconds });
        if (observations.length >= BATCH) observe();
      },
      refused: (reason) => {
        refused.inc({ reason });
      },
    };
    const webhooks = new Counter({
      name: 'webstreamer_webhook_requests_total',
      help: 'Requests to webhooks that were answered with success or failed, and events that were given up',
      labelNames: ['result'],
      registers,
    });
    for (const result of ['delivered', 'failed', 'dropped']) webhooks.inc({ result }, 0);
    this.webhook = (result) => {
      webhooks.inc({ result });
    };
    const gauge = (name: string, help: string, read: (dump: BridgeDump) => number) =>
      new Gauge({
        name: `webstreamer_bridge_${name}`,
        help,
        registers,
        collect() {
          const dump = sources.bridge();
          if (dump) this.set(read(dump));
        },
      });
    gauge('sockets', 'Sockets that are connected', ({ sockets }) => sockets);
    gauge('users', 'Users, those included whose sockets are lost and may come back', ({ users }) => users);
    gauge('rooms', 'Rooms, webstreamer’s connections included', ({ rooms }) => rooms);
    gauge('links', 'Pairs of users that have talked', ({ links }) => links);
    gauge('waiting', 'Requests that wait for somebody to come', ({ waiting }) => waiting);
    this.#media = new MediaMetrics(this.#registry);
    this.#events = new Counter({
      name: 'webstreamer_events_total',
      help: 'Events that were told, by type',
      labelNames: ['type'],
      registers,
    });
    for (const type of EVENT_TYPES) this.#events.inc({ type }, 0);
    this.#requests = new Counter({
      name: 'webstreamer_api_requests_total',
      help: 'Requests to the API, by the class of their status',
      labelNames: ['status'],
      registers,
    });
    for (const status of STATUS_CLASSES) this.#requests.inc({ status }, 0);
    addServerUse(registers);
  }

  /** An event is told. */
  event(type: ApiEvent['type']): void {
    this.#events.inc({ type });
  }

  /** A request to the API was answered with this status. */
  request(status: number): void {
    this.#requests.inc({ status: `${Math.floor(status / 100)}xx` });
  }

  /** A page has joined, and it took so long from its request until its media were up. */
  joined(seconds: number): void {
    this.#media.joined(seconds);
  }

  /** The content type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics as they are now. */
  async text(): Promise<string> {
    const reading = await this.#sources.media();
    if (reading) this.#media.set(reading);
    return await this.#registry.metrics();
  }
}

/** What this process uses: everything but media. */
function addServerUse(registers: Registry[]): void {
  new Counter({
    name: 'webstreamer_server_cpu_seconds_total',
    help: 'Processor time of the server, without the media workers',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'webstreamer_server_resident_bytes',
    help: 'Memory of the server, without the media workers',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}
