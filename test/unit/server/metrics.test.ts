import { readFileSync } from 'node:fs';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { Config } from '../../../src/protocol/config.ts';
import { REFUSAL_REASONS } from '../../../src/server/bridge/refusal.ts';
import { type Running, startBridge } from '../../../src/server/main.ts';
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

  it('has the metrics and reasons that docs/metrics.md describes, and no other', async () => {
    const documentation = readFileSync('docs/metrics.md', 'utf8');
    const documented = [...documentation.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name);
    const text = await new Metrics({ bridge: () => null, media: () => Promise.resolve(null) }).text();
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual([...names, ...REFUSAL_REASONS].toSorted());
  });
});
