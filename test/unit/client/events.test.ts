import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, type StreamEvent, UnreachableError, Webstreamer } from '../../../src/client/index.ts';
import { silentLogger } from '../../../src/common/logger.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { apiOver, FakeRooms } from '../http/fake-rooms.ts';

let rooms: FakeRooms;
let app: FastifyInstance;
let port = 0;
async function start(on = 0): Promise<void> {
  app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms) });
  port = await listen(app, '127.0.0.1', on);
}
beforeEach(() => {
  rooms = new FakeRooms();
  return start();
});
afterEach(() => app.close());

const server = () => new Webstreamer({ url: `http://127.0.0.1:${port}` });
const deleted = (room: string) => {
  rooms.events.publish({ type: 'room-deleted', room });
};
const nextOf = async (events: AsyncGenerator<StreamEvent, void>) => {
  const { value } = await events.next();
  return value as StreamEvent;
};

describe('events of the client library', () => {
  it('come typed, in order, until the one who reads has enough', async () => {
    const seen: string[] = [];
    const connected: boolean[] = [];
    const tellThree = (): void => {
      ['a', 'b', 'c'].forEach(deleted);
    };
    const options = {
      onConnection: (is: boolean) => {
        if (is) queueMicrotask(tellThree);
      },
    };
    for await (const event of server().events({ ...options, lastEventId: 'run-0' })) {
      connected.push(true);
      if (event.type !== 'room-deleted') throw new Error(event.type);
      seen.push(event.room);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    await expect.poll(() => rooms.listeners).toBe(0);
  });

  it('come of one room, with levels when wanted', async () => {
    const onConnection = () => {
      rooms.events.publish({ type: 'levels', room: 'a', levels: { 1: -9 } });
      rooms.events.publish({ type: 'levels', room: 'b', levels: { 2: -9 } });
    };
    const events = server().events({ room: 'b', levels: true, onConnection });
    expect(await nextOf(events)).toMatchObject({ type: 'levels', room: 'b', id: null, levels: { 2: -9 } });
    await events.return();
  });

  it('end quietly when the signal is aborted', async () => {
    const abort = new AbortController();
    const onConnection = () => {
      abort.abort();
    };
    const seen: StreamEvent[] = [];
    for await (const event of server().events({ signal: abort.signal, onConnection })) seen.push(event);
    for await (const event of server().events({ signal: abort.signal })) seen.push(event);
    expect(seen).toEqual([]);
    await expect.poll(() => rooms.listeners).toBe(0);
  });

  it('go on where they were when the stream was lost, whatever has happened meanwhile', async () => {
    const connections: boolean[] = [];
    const events = server().events({ onConnection: (connected) => connections.push(connected) });
    const first = nextOf(events);
    await expect.poll(() => rooms.listeners).toBe(1);
    deleted('a');
    expect(await first).toMatchObject({ id: 'run-1', room: 'a' });
    const second = nextOf(events);
    await app.close();
    deleted('b');
    deleted('c');
    await start(port);
    expect(await second).toMatchObject({ id: 'run-2', room: 'b' });
    expect(await nextOf(events)).toMatchObject({ id: 'run-3', room: 'c' });
    expect(connections).toEqual([true, false, true]);
    await events.return();
  });

  it('go on where they were although none had come yet', async () => {
    deleted('before');
    const events = server().events();
    const first = nextOf(events);
    await expect.poll(() => rooms.listeners).toBe(1);
    await app.close();
    deleted('meanwhile');
    await start(port);
    expect(await first).toMatchObject({ room: 'meanwhile' });
    await events.return();
  });

  it('say that there is a gap when another server answers', async () => {
    const events = server().events();
    const first = nextOf(events);
    await expect.poll(() => rooms.listeners).toBe(1);
    deleted('a');
    await first;
    const second = nextOf(events);
    await app.close();
    rooms = new FakeRooms();
    await start(port);
    expect(await second).toMatchObject({ type: 'reset', id: 'run-0' });
    await events.return();
  });

  it('reject when the server refuses, or cannot be reached at first', async () => {
    const refused = await server()
      .events({ room: '<b>' })
      .next()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ code: 'bad-request', status: 400 });
    await app.close();
    await expect(server().events().next()).rejects.toBeInstanceOf(UnreachableError);
  });

  it('reject when what answers is something else', async () => {
    const html = () => Promise.resolve(new Response('<h1>', { headers: { 'content-type': 'text/html' } }));
    const other = new Webstreamer({ url: 'http://h', fetch: html });
    await expect(other.events().next()).rejects.toThrow('no stream of events but text/html');
  });
});
