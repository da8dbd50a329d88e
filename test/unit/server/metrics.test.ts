import { readFileSync } from 'node:fs';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { Config } from '../../../src/protocol/config.ts';
import { REFUSAL_REASONS } from '../../../src/server/bridge/refusal.ts';
import { type Running, startBridge, startWebstreamer } from '../../../src/server/main.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';
import { NO_TRAFFIC } from '../../../src/protocol/media-ipc/figures.ts';
import { Metrics } from '../../../src/server/metrics/metrics.ts';

let server: Running | undefined;
afterEach(() => server?.close());

/** The samples of the metrics page, by name and labels. */
async function samples(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

describe('GET /metrics', () => {
  it('says what the bridge holds, does, and refuses', async () => {
    server = await startBridge(Config.parse({ port: 0 }), { logger: silentLogger });
    const socket = io(server.url, { transports: ['websocket'], query: { userid: 'page', msgEvent: 'demo-message' } });
    await socket.emitWithAck('open-room', { sessionid: 'room' });
    socket.emit('demo-message', { remoteUserId: 'b', message: {}, sender: 'somebody-else' });
    socket.emit('no such event');
    await socket.emitWithAck('check-presence', 'room');
    expect(await samples(server.url)).toMatchObject({
      webstreamer_bridge_sockets: 1,
      webstreamer_bridge_users: 1,
      webstreamer_bridge_rooms: 1,
      'webstreamer_bridge_refused_total{reason="other-sender"}': 1,
      'webstreamer_bridge_refused_total{reason="too-fast"}': 0,
      'webstreamer_bridge_event_seconds_count{kind="open-room"}': 1,
      'webstreamer_bridge_event_seconds_count{kind="peer-message"}': 1,
      'webstreamer_bridge_event_seconds_count{kind="unknown"}': 1,
      'webstreamer_bridge_event_seconds_bucket{le="+Inf",kind="check-presence"}': 1,
    });
    socket.disconnect();
  });

  it('says what rooms, media and the API do', async () => {
    const engine = new FakeMediaEngine();
    server = await startWebstreamer(Config.parse({ port: 0 }), { logger: silentLogger, engine });
    engine.killWorker();
    await fetch(`${server.url}/api/v1/rooms/nowhere`);
    await fetch(`${server.url}/api/v1/stats`);
    const found = await samples(server.url);
    expect(found).toMatchObject({
      webstreamer_rooms: 1,
      'webstreamer_connections{state="waiting"}': 8,
      'webstreamer_connections{state="connected"}': 0,
      webstreamer_streams: 0,
      webstreamer_worker_restarts_total: 1,
      'webstreamer_received_bytes_total{worker="1"}': 0,
      'webstreamer_worker_endpoints{worker="1"}': 0,
      webstreamer_join_seconds_count: 0,
      'webstreamer_events_total{type="room-created"}': 1,
      'webstreamer_api_requests_total{status="4xx"}': 1,
      'webstreamer_api_requests_total{status="2xx"}': 1,
    });
    expect(found.webstreamer_server_cpu_seconds_total).toBeGreaterThan(0);
    expect(found.webstreamer_server_resident_bytes).toBeGreaterThan(10_000_000);
  });

  it('counts what workers have sent and received, and begins anew with a new worker', async () => {
    let sentBytes = 500;
    const worker = { place: 2, pid: 1, rooms: 1, endpoints: 3, pipelines: 0, threads: 7, fileDescriptors: 0 };
    const metrics = new Metrics({
      bridge: () => null,
      media: () =>
        Promise.resolve({
          rooms: 1,
          connections: { connected: 3 },
          media: { workers: [{ ...worker, cpuSeconds: 12.5, residentBytes: 9, allocatedBytes: 0 }], restarts: 4 },
          traffic: [{ ...NO_TRAFFIC, place: 2, sentBytes, sources: 5, slots: 6 }],
        }),
    });
    expect(await metrics.text()).toContain('webstreamer_sent_bytes_total{worker="2"} 500');
    sentBytes = 20;
    const text = await metrics.text();
    expect(text).toContain('webstreamer_sent_bytes_total{worker="2"} 20');
    expect(text).toContain('webstreamer_worker_cpu_seconds_total{worker="2"} 12.5');
    expect(text).toContain('webstreamer_streams 5\n');
    expect(text).toContain('webstreamer_slots 6\n');
    expect(text).toContain('webstreamer_worker_restarts_total 4\n');
  });

  it('has the metrics and reasons that docs/metrics.md describes, and no other', async () => {
    const documentation = readFileSync('docs/metrics.md', 'utf8');
    const documented = [...documentation.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name);
    const text = await new Metrics({ bridge: () => null, media: () => Promise.resolve(null) }).text();
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual([...names, ...REFUSAL_REASONS].toSorted());
  });
});
