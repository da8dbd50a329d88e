import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { Config } from '../../../src/protocol/config.ts';
import type { ConfigInput } from '../../../src/protocol/config.ts';
import { Health } from '../../../src/protocol/http-api/health.ts';
import { ServerStats } from '../../../src/protocol/http-api/stats.ts';
import { RoomResource } from '../../../src/protocol/http-api/room.ts';
import { startBridge, startRooms, startWebstreamer } from '../../../src/server/main.ts';
import type { Running, StartOptions } from '../../../src/server/main.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';

const running: Running[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await Promise.all(running.splice(0).map((server) => server.close()));
});

type Start = (config: Config, options: StartOptions) => Promise<Running>;

async function started(start: Start, config: ConfigInput = {}, engine = new FakeMediaEngine()): Promise<Running> {
  const server = await start(Config.parse({ port: 0, ...config }), { logger: silentLogger, engine });
  running.push(server);
  return server;
}

/** What the bridge at `url` answers a page that wants to join a connection id. */
async function join(url: string, sessionid: string): Promise<unknown[]> {
  const socket = io(url, {
    query: { userid: `page-${sessionid}`, sessionid, msgEvent: 'video-conference-demo' },
    transports: ['websocket'],
    reconnection: false,
  });
  sockets.push(socket);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return new Promise((resolve) => {
    socket.emit('join-room', { sessionid, session: { audio: true, video: true }, extra: {} }, (...ack: unknown[]) => {
      resolve(ack);
    });
  });
}

const getJson = async (url: string): Promise<unknown> => (await fetch(url)).json();

describe('webstreamer, all in one', () => {
  it('has pages, signalling and the rooms of its configuration on one port', async () => {
    const { url, port } = await started(startWebstreamer);
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${url}/socket.io/socket.io.js`)).status).toBe(200);
    expect((await fetch(`${url}/dist/RTCMultiConnection.min.js`)).status).toBe(200);
    const [lobby] = RoomResource.array().parse(await getJson(`${url}/api/v1/rooms`));
    expect(lobby).toMatchObject({ name: 'lobby', layout: 'gallery' });
    expect(lobby!.connections.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(await join(url, '1')).toEqual([true]);
    expect(await join(url, '9')).toEqual([false, 'Room not available']);
  });

  it('makes and ends rooms by its API, for pages at once', async () => {
    const { url } = await started(startWebstreamer, { rooms: [] });
    const room = await fetch(`${url}/api/v1/rooms`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'team', connections: ['red'] }),
    });
    expect(room.status).toBe(201);
    expect(await join(url, 'red')).toEqual([true]);
    expect((await fetch(`${url}/api/v1/rooms/team`, { method: 'DELETE' })).status).toBe(204);
    sockets.pop()?.disconnect();
    expect(await join(url, 'red')).toEqual([false, 'Room not available']);
  });

  it('is ready until it is drained, and drains until nobody is there or its time is over', async () => {
    const engine = new FakeMediaEngine();
    const server = await started(startWebstreamer, { drain: { deadlineMs: 50 } }, engine);
    const ready = async () => {
      const response = await fetch(`${server.url}/api/v1/ready`);
      return [response.status, await response.json()] as const;
    };
    expect(await ready()).toEqual([200, { ready: true, reason: null }]);
    await server.drain();
    expect(await ready()).toEqual([503, { ready: false, reason: 'draining' }]);
    const refused = await fetch(`${server.url}/api/v1/rooms/lobby/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await getJson(`${server.url}/api/v1/health`)).toMatchObject({ status: 'ok' });
  });

  it('says what it uses', async () => {
    const { url } = await started(startWebstreamer);
    const stats = ServerStats.parse(await getJson(`${url}/api/v1/stats`));
    expect(stats).toMatchObject({
      rooms: 1,
      connections: 8,
      users: 0,
      workerRestarts: 0,
      server: { pid: process.pid },
    });
    expect(stats.workers).toHaveLength(1);
    expect(stats.server.residentBytes).toBeGreaterThan(10_000_000);
    expect(stats.server.threads).toBeGreaterThan(1);
  });

  it('is healthy, and counts what it has', async () => {
    const { url } = await started(startWebstreamer);
    const health = Health.parse(await getJson(`${url}/api/v1/health`));
    expect(health).toMatchObject({ status: 'ok', rooms: { rooms: 1, connections: 8, connected: 0 } });
    expect(health.workers).toBeGreaterThan(0);
  });

  it('runs twice in one process, apart from each other', async () => {
    const a = await started(startWebstreamer, { rooms: [{ name: 'a', connections: ['1'] }] });
    const b = await started(startWebstreamer, { rooms: [] });
    expect(await join(a.url, '1')).toEqual([true]);
    expect(await join(b.url, '1')).toEqual([false, 'Room not available']);
  });

  it('closes once, with everybody in it, and leaves nothing that holds the process', async () => {
    const server = await started(startWebstreamer);
    await join(server.url, '1');
    expect(server.close()).toBe(server.close());
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
    expect(await server.dump()).toMatchObject({ control: { rooms: 0, connections: 0, users: 0 } });
  });

  it('says port-in-use, and has started nothing then', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const engine = new FakeMediaEngine();
    const { port } = other.address() as AddressInfo;
    await expect(started(startWebstreamer, { port }, engine)).rejects.toMatchObject({ code: 'port-in-use' });
    expect((await engine.dump()).workers.every(({ rooms }) => rooms === 0)).toBe(true);
    other.close();
  });

  it('closes what had started when its media cannot be had', async () => {
    const { port, close } = await started(startWebstreamer);
    await close();
    const engine = new FakeMediaEngine();
    await engine.close();
    await expect(started(startWebstreamer, { port }, engine)).rejects.toThrow();
    // The port is free again.
    await started(startWebstreamer, { port });
  });

  it('says bad-config for a folder of pages that is not there', async () => {
    await expect(started(startWebstreamer, { pages: '/nonexistent' })).rejects.toMatchObject({ code: 'bad-config' });
  });
});

describe('bridge and rooms apart', () => {
  it('work together as one', async () => {
    const bridge = await started(startBridge);
    expect(await join(bridge.url, '1')).toEqual([false, 'Room not available']);
    const rooms = await started(startRooms, { bridge: { url: bridge.url } });
    sockets.pop()?.disconnect();
    expect(await join(bridge.url, '2')).toEqual([true]);
    expect((await fetch(`${bridge.url}/api/v1/rooms`)).status).toBe(404);
    expect((await fetch(`${rooms.url}/api/v1/rooms`)).status).toBe(200);
    expect((await fetch(`${rooms.url}/demos/`)).status).toBe(404);
    expect(Health.parse(await getJson(`${bridge.url}/api/v1/health`))).toMatchObject({
      status: 'ok',
      rooms: null,
      workers: null,
    });
  });

  it('wait for a bridge that is not there all rooms together, not one after another', { timeout: 5_500 }, async () => {
    const bridge = await started(startBridge);
    await bridge.close();
    const rooms = ['a', 'b', 'c'].map((name) => ({ name, connections: [`seat-${name}`] }));
    const { url } = await started(startRooms, { bridge: { url: bridge.url }, rooms });
    const listed = RoomResource.array().parse(await getJson(`${url}/api/v1/rooms`));
    expect(listed.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('need the URL of a bridge', async () => {
    await expect(started(startRooms)).rejects.toMatchObject({ code: 'bad-config' });
  });
});
