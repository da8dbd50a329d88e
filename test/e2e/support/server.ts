import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../../src/common/logger.ts';
import { Config, type ConfigInput } from '../../../src/protocol/config.ts';
import type { RoomResource } from '../../../src/protocol/http-api/room.ts';
import { type Running, startRooms, type StartOptions, startWebstreamer } from '../../../src/server/main.ts';
import { until } from './until.ts';

/** A line of the server's log. */
export interface LogLine extends Record<string, unknown> {
  level: string;
  message: string;
}

/** A running server, and what a test asks of it. */
export interface TestServer extends Running {
  /** Under a name that browsers trust with cameras. */
  origin: string;
  log: LogLine[];
  /** Calls the HTTP API; answers the status and the body. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  room(name: string): Promise<RoomResource>;
  /** Waits until the connection is in the state. */
  waitForState(room: string, connection: string, state: string, timeoutMs?: number): Promise<void>;
  /** Kills every media worker with SIGKILL; answers how many. */
  killWorkers(): Promise<number>;
}

function collector(lines: LogLine[], fields: Record<string, unknown> = {}): Logger {
  const at = (level: string) => (own: Record<string, unknown>, message: string) => {
    lines.push({ ...fields, ...own, level, message });
    if (process.env.SHOW_LOG)
      process.stdout.write(`${[level, message, JSON.stringify({ ...fields, ...own })].join(' ')}\n`);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => collector(lines, { ...fields, ...more }),
  };
}

/**
 * Starts a server on a free port of this machine, with media on the loopback; `bridgeUrl` = rooms only, on that bridge; `key` = what the API
 * is called with; `timeouts` where pages are waited for less long than by default.
 */
export async function startServer(
  input: ConfigInput = {},
  bridgeUrl?: string,
  key?: string,
  timeouts?: StartOptions['timeouts'],
): Promise<TestServer> {
  const log: LogLine[] = [];
  const config = Config.parse({
    port: 0,
    ice: { addresses: ['127.0.0.1'] },
    ...input,
    ...(bridgeUrl && { bridge: { url: bridgeUrl } }),
  });
  // What one server has been told of links is nothing to the next.
  const state = await mkdtemp(join(tmpdir(), 'webstreamer-e2e-'));
  const running = await (bridgeUrl ? startRooms : startWebstreamer)(config, {
    logger: collector(log),
    accessFile: join(state, 'access.json'),
    ...(timeouts && { timeouts }),
  });
  const origin = `http://localhost:${running.port}`;
  const api: TestServer['api'] = async (method, path, body) => {
    const response = await fetch(`${running.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const room = async (name: string) => (await api('GET', `/api/v1/rooms/${name}`)).body as RoomResource;
  const stateOf = async (name: string, id: string) => (await room(name)).connections.find((c) => c.id === id)?.state;
  return {
    ...running,
    close: async (reason) => {
      await running.close(reason);
      await rm(state, { recursive: true, force: true });
    },
    origin,
    log,
    api,
    room,
    waitForState: async (name, connection, state, timeoutMs = 10_000) => {
      const asExpected = async () => (await stateOf(name, connection)) === state;
      await until(asExpected, timeoutMs, async () => {
        return `${connection} should be ${state} within ${timeoutMs} ms, but is ${(await stateOf(name, connection)) ?? 'absent'}`;
      });
    },
    killWorkers: async () => {
      const { media } = await running.dump();
      for (const { pid } of media?.workers ?? []) process.kill(pid, 'SIGKILL');
      return media?.workers.length ?? 0;
    },
  };
}
