import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accessFilePath } from '../common/access-file.ts';
import { CloseStack } from '../common/close-stack.ts';
import { withDeadline } from '../common/deadline.ts';
import type { Logger } from '../common/logger.ts';
import { packageInfo } from '../common/package-info.ts';
import type { Config } from '../protocol/config.ts';
import { WebstreamerError } from '../protocol/errors.ts';
import type { Health, Readiness } from '../protocol/http-api/health.ts';
import type { Reason } from '../protocol/reasons.ts';
import type { Access } from './access/access.ts';
import { type ConfiguredAccess, createAccess } from './access/create-access.ts';
import type { KeyChange } from './access/keys.ts';
import { RequestLimits } from './access/request-limits.ts';
import { attachBridge } from './bridge/bridge.ts';
import type { Bridge } from './bridge/bridge.ts';
import type { SeatLimits } from './connection/seat.ts';
import { createSignallingLink } from './connection/signalling-link.ts';
import { Control, type ControlOptions } from './control/control.ts';
import { ServerUse } from './control/server-use.ts';
import { EventLog } from './events/event-log.ts';
import { logEvents } from './events/log-events.ts';
import { startWebhooks } from './events/webhooks.ts';
import { Gate } from './http/gate.ts';
import { listen, ownUrl } from './http/listen.ts';
import { pagePlaces } from './http/page-places.ts';
import { createHttpServer } from './http/server.ts';
import { readTls, replaceTls } from './http/tls.ts';
import type { MediaDump, MediaEngine } from './media/media-engine.ts';
import { createWorkerEngine } from './media/worker-engine.ts';
import type { MediaReading } from './metrics/media-metrics.ts';
import { Metrics } from './metrics/metrics.ts';

/** How long the media workers may take to say how they are before the health check calls them absent. */
const HEALTH_TIMEOUT_MS = 2000;

/**
 * What a server is given beside its configuration; `engine` stands in for media workers, and is closed with the server. `accessFile` = where
 * it keeps the secret and the key that it makes for itself, by default where this user's command line looks for them. `timeouts` = how
 * long pages are waited for, where not as long as by default.
 */
export interface StartOptions {
  logger: Logger;
  engine?: MediaEngine;
  accessFile?: string;
  timeouts?: Partial<SeatLimits>;
}

/** What a server holds, part by part; null for parts that do not run in it. */
export interface ServerDump {
  bridge: ReturnType<Bridge['dump']> | null;
  control: ReturnType<Control['dump']> | null;
  media: MediaDump | null;
}

/** A server that runs. `url` is how this machine reaches it. */
export interface Running {
  readonly url: string;
  readonly port: number;
  /** Whether callers need a key or a token; `keyFile` = where the operator's key is that the server has made itself. */
  readonly access: { required: boolean; keyFile: string | null };
  /**
   * Takes in nobody any more. Resolves when the last user has left, or after `drain.deadlineMs`; closes nothing. The same promise on each
   * call.
   */
  drain(): Promise<void>;
  /** Closes everything, rooms first; the same promise on each call. */
  close(reason?: Reason): Promise<void>;
  dump(): Promise<ServerDump>;
  /**
   * Takes these keys of the configuration in place of `auth.keys` of before: what they allow holds at once, also for streams of events that
   * are open. Null where no keys are needed. Throws `bad-config`, and goes on with the old ones.
   */
  reloadKeys(keys: Config['auth']['keys']): KeyChange | null;
  /** Reads the files of `tls` again, as they have been renewed. Throws `bad-config`, and goes on with the old ones. */
  reloadCertificate(): void;
}

/** The parts that run so far. */
interface Parts {
  bridge?: Bridge;
  engine?: MediaEngine;
  control?: Control;
}

interface Role {
  bridge: boolean;
  rooms: boolean;
}

/** How many workers answer in time. */
async function workersOf({ engine }: Parts): Promise<number> {
  const late = () => new WebstreamerError('media-timeout');
  const media = engine && withDeadline(engine.dump(), HEALTH_TIMEOUT_MS, late).catch(() => undefined);
  return (await media)?.workers.length ?? 0;
}

async function health(role: Role, parts: Parts, version: string, startedMs: number): Promise<Health> {
  const workers = await workersOf(parts);
  const { users: connected, ...counts } = countsOf(parts.control);
  const bridge = parts.bridge?.dump();
  return {
    bridge: bridge ? { sockets: bridge.sockets, users: bridge.users, rooms: bridge.rooms } : null,
    status: role.rooms && workers === 0 ? 'degraded' : 'ok',
    version,
    uptimeSeconds: Math.round((performance.now() - startedMs) / 1000),
    rooms: role.rooms ? { ...counts, connected } : null,
    workers: role.rooms ? workers : null,
  };
}

function countsOf(control: Control | undefined): { rooms: number; connections: number; users: number } {
  const rooms = control?.listRooms() ?? [];
  const connections = rooms.flatMap((room) => room.connections);
  const users = connections.filter(({ state }) => state === 'connected').length;
  return { rooms: rooms.length, connections: connections.length, users };
}

async function readiness(role: Role, parts: Parts, closing: boolean): Promise<Readiness> {
  const not = (reason: Readiness['reason']) => ({ ready: false, reason });
  if (closing) return not('shutting-down');
  if (role.bridge && parts.bridge === undefined) return not('starting');
  if (!role.rooms) return { ready: true, reason: null };
  if (parts.control === undefined) return not('starting');
  if (parts.control.draining) return not('draining');
  return (await workersOf(parts)) === 0 ? not('no-media') : { ready: true, reason: null };
}

/** What the metrics of rooms and media are; what the workers do not say in time is left out. */
async function mediaReading({ control, engine }: Parts): Promise<MediaReading | null> {
  if (!control || !engine) return null;
  const states = control.listRooms().flatMap((room) => room.connections.map(({ state }) => state));
  const connections = { waiting: 0, joining: 0, negotiating: 0, connected: 0 };
  for (const state of states) if (state !== 'closed') connections[state]++;
  const late = () => new WebstreamerError('media-timeout');
  const [media, traffic] = await Promise.all([
    withDeadline(engine.dump(), HEALTH_TIMEOUT_MS, late).catch(() => null),
    withDeadline(engine.traffic(), HEALTH_TIMEOUT_MS, late).catch(() => []),
  ]);
  return media && { rooms: control.dump().rooms, connections, media, traffic };
}

/** Links lead to the pages: where the bridge is. */
function publicUrlOf(config: Config, role: Role): string | undefined {
  return (
    config.publicUrl ?? (role.bridge || config.bridge.url === undefined ? undefined : new URL(config.bridge.url).origin)
  );
}

function accessOf(config: Config, { accessFile, logger }: StartOptions): ConfiguredAccess {
  return createAccess({
    auth: config.auth,
    host: config.host,
    publicUrl: config.publicUrl,
    proxies: config.bridge.trustedProxies,
    filePath: accessFile ?? accessFilePath(),
    onUnsavedLink: (err) => {
      logger.warn({ err }, 'a link could not be written down: after a restart it is not in the list');
    },
  });
}

function createGate(config: Config, role: Role, { access }: ConfiguredAccess, logger: Logger): Gate {
  return new Gate({
    access,
    limits: new RequestLimits(config.auth.limits),
    host: config.host,
    publicUrl: publicUrlOf(config, role),
    trustedProxies: config.bridge.trustedProxies,
    logger: logger.child({ part: 'audit' }),
  });
}

async function checkPagesFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new WebstreamerError('bad-config', `pages: ${folder} is not a folder`);
}

async function startRoomsPart(
  config: Config,
  { logger, engine, timeouts }: StartOptions,
  bridgeUrl: string,
  root: string,
  parts: Parts,
  closing: CloseStack<Reason>,
  access: Access,
  observers: Pick<ControlOptions, 'onEvent' | 'onJoined'>,
): Promise<void> {
  const { addresses, ...ice } = config.ice;
  const media =
    engine ??
    (await createWorkerEngine({
      workerEntry: join(root, 'dist', 'worker', 'main.js'),
      workers: config.workers,
      iceAddresses: addresses,
      ice,
      maxBitrateBps: config.video.maxBitrateBps,
      grid: config.grid,
      logger: logger.child({ part: 'media' }),
    }));
  parts.engine = media;
  closing.push(() => media.close());
  const control = new Control({
    engine: media,
    createLink: (connectionId, room) =>
      createSignallingLink({
        bridgeUrl,
        isOwnBridge: bridgeUrl !== config.bridge.url,
        connectionId,
        logger: logger.child({ part: 'link', room, connection: connectionId }),
      }),
    logger: logger.child({ part: 'rooms' }),
    tokens: access,
    admit: (request) => access.admit(request),
    ...(timeouts && { timeouts }),
    ...observers,
  });
  closing.push((reason) => control.close(reason));
  await Promise.all(config.rooms.map((room) => control.createRoom(room)));
  parts.control = control;
}

async function drain({ control }: Parts, { deadlineMs, message }: Config['drain']): Promise<void> {
  const endsAt = new Date(Date.now() + deadlineMs);
  const late = () => new WebstreamerError('draining', 'people are still here at the end of the time');
  await withDeadline(control?.drain({ endsAt, message }) ?? Promise.resolve(), deadlineMs, late).catch(
    (error: unknown) => {
      if (!(error instanceof WebstreamerError)) throw error;
    },
  );
}

async function start(config: Config, options: StartOptions, role: Role): Promise<Running> {
  const startedMs = performance.now();
  const { root, version } = packageInfo(import.meta.url);
  const { logger } = options;
  const parts: Parts = {};
  const closing = new CloseStack<Reason>();
  const control = () => {
    if (closing.closing) throw new WebstreamerError('shutting-down');
    if (!role.rooms) throw new WebstreamerError('not-found', 'There are no rooms in this process: it is a bridge only');
    if (parts.control === undefined) throw new WebstreamerError('media-unavailable', 'webstreamer is starting');
    return parts.control;
  };
  const events = new EventLog({ epoch: randomBytes(6).toString('hex') });
  logEvents(events, logger.child({ part: 'events' }));
  const eventSource = () => {
    if (!role.rooms) throw new WebstreamerError('not-found', 'There are no rooms in this process: it is a bridge only');
    return events;
  };
  try {
    await checkPagesFolder(config.pages);
    const configured = accessOf(config, options);
    const gate = createGate(config, role, configured, logger);
    const metrics = new Metrics({ bridge: () => parts.bridge?.dump() ?? null, media: () => mediaReading(parts) });
    const use = new ServerUse({
      media: () => parts.engine?.dump() ?? Promise.resolve({ workers: [], restarts: 0 }),
      counts: () => countsOf(parts.control),
      startedMs,
    });
    const app = await createHttpServer({
      logger: logger.child({ part: 'http' }),
      tls: config.tls && readTls(config.tls),
      api: {
        gate,
        rooms: control,
        events: eventSource,
        health: () => health(role, parts, version, startedMs),
        readiness: () => readiness(role, parts, closing.closing),
        metrics,
        figures: {
          roomStats: async (name) => control().roomStats(name),
          serverStats: () => use.stats(),
          picture: async (name, id) => control().picture(name, id),
        },
      },
      onApiAnswer: (status) => {
        metrics.request(status);
      },
      ...(role.bridge && {
        pages: { ...pagePlaces(root, config.pages), frameAncestors: config.frameAncestors },
      }),
    });
    closing.push(() => app.close());
    const webhooks = startWebhooks({
      webhooks: role.rooms ? config.webhooks : [],
      events,
      logger: logger.child({ part: 'webhooks' }),
      onResult: metrics.webhook,
    });
    closing.push(webhooks);
    const port = await listen(app, config.host, config.port);
    const url = ownUrl(config.host, port, config.tls ? 'https' : 'http');
    if (role.bridge) {
      const bridge = attachBridge(app.server, {
        logger: logger.child({ part: 'bridge' }),
        graceMs: config.bridge.graceMs,
        limits: config.bridge.limits,
        allowedOrigins: config.bridge.allowedOrigins,
        trustedProxies: config.bridge.trustedProxies,
        admin: config.bridge.admin,
        observer: metrics.bridge,
      });
      parts.bridge = bridge;
      closing.push(() => bridge.close());
    }
    if (role.rooms) {
      const bridgeUrl = role.bridge ? url : config.bridge.url;
      if (bridgeUrl === undefined)
        throw new WebstreamerError('bad-config', 'bridge.url: rooms need the URL of a bridge');
      await startRoomsPart(config, options, bridgeUrl, root, parts, closing, configured.access, {
        onEvent: (event) => {
          events.publish(event);
          metrics.event(event.type);
        },
        onJoined: (seconds) => {
          metrics.joined(seconds);
        },
      });
    }
    return {
      url,
      port,
      access: { required: configured.access.required, keyFile: configured.keyFile },
      drain: () => drain(parts, config.drain),
      close: (reason = 'shutdown') => closing.close(reason),
      reloadKeys: (keys) => configured.reloadKeys(keys),
      reloadCertificate: () => {
        if (config.tls) replaceTls(app.server, readTls(config.tls));
      },
      dump: async () => ({
        bridge: parts.bridge?.dump() ?? null,
        control: parts.control?.dump() ?? null,
        media: (await parts.engine?.dump()) ?? null,
      }),
    };
  } catch (error) {
    await closing.close('failed').catch((err: unknown) => {
      logger.error({ err }, 'what had started could not all be closed');
    });
    throw error;
  }
}

/** Starts bridge, pages, API and rooms in this process. Rejects with a WebstreamerError; nothing keeps running then. */
export function startWebstreamer(config: Config, options: StartOptions): Promise<Running> {
  return start(config, options, { bridge: true, rooms: true });
}

/** Starts the bridge and the pages alone. */
export function startBridge(config: Config, options: StartOptions): Promise<Running> {
  return start(config, options, { bridge: true, rooms: false });
}

/** Starts the rooms and their API, on the bridge of `config.bridge.url`. */
export function startRooms(config: Config, options: StartOptions): Promise<Running> {
  return start(config, options, { bridge: false, rooms: true });
}
