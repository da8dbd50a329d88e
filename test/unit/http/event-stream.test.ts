import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import type { ApiEvent, TimedEvent } from '../../../src/protocol/http-api/event.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { apiOver, FakeRooms } from './fake-rooms.ts';

let rooms: FakeRooms;
let app: FastifyInstance;
let origin: string;
beforeEach(async () => {
  rooms = new FakeRooms();
  app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms) });
  origin = `http://127.0.0.1:${await listen(app, '127.0.0.1', 0)}`;
});
afterEach(() => app.close());

const tell = (event: ApiEvent) => {
  rooms.events.publish(event);
};
const deleted = (room: string): ApiEvent => ({ type: 'room-deleted', room });

async function open(query = '', headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [response] = (await once(get(`${origin}/api/v1/events${query}`, { headers }), 'response')) as [IncomingMessage];
  await once(response, 'readable'); // it listens from now on
  return response;
}

/** What a reader has read when `last` has come. */
async function readUntil(response: IncomingMessage, last: string): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const from = Math.max(0, text.length - last.length);
    text += String(chunk);
    if (text.includes(last, from)) return text;
  }
  throw new Error(`the stream has ended after: ${text}`);
}

const eventsIn = (text: string) =>
  [...text.matchAll(/^(?:id: (.*)\n)?event: (.*)\ndata: (.*)$/gm)].map(([, id, type, data]) => {
    const { id: told, at, ...event } = JSON.parse(data!) as TimedEvent;
    expect(told).toBe(id ?? null);
    expect(new Date(at).toISOString()).toBe(at);
    return [type, event] as const;
  });

describe('the event stream', () => {
  it('tells each event by its type, as JSON', async () => {
    const reader = await open();
    expect(reader.headers['content-type']).toBe('text/event-stream');
    const speaking: ApiEvent = { type: 'speaking', room: 'a', connection: '1', speaking: true };
    tell(speaking);
    tell(deleted('会议室'));
    expect(eventsIn(await readUntil(reader, '会议室'))).toEqual([
      ['speaking', speaking],
      ['room-deleted', deleted('会议室')],
    ]);
  });

  it('tells of one room alone, and of levels, only when asked to', async () => {
    const [all, one, loud] = await Promise.all([open(), open('?room=b'), open('?levels=true')]);
    tell({ type: 'levels', room: 'a', levels: { 1: -20 } });
    tell(deleted('a'));
    tell(deleted('b'));
    const read = async (reader: IncomingMessage) => eventsIn(await readUntil(reader, '"b"')).map(([type]) => type);
    expect(await read(all)).toEqual(['room-deleted', 'room-deleted']);
    expect(await read(one)).toEqual(['room-deleted']);
    expect(await read(loud)).toEqual(['levels', 'room-deleted', 'room-deleted']);
  });

  it('goes on behind the event that a reader has read last, by header or query', async () => {
    for (const room of ['a', 'b', 'c', 'd']) tell(deleted(room));
    const byQuery = await open('?lastEventId=run-2');
    expect(eventsIn(await readUntil(byQuery, '"d"')).map(([, event]) => event)).toEqual([deleted('c'), deleted('d')]);
    const byHeader = await open('?lastEventId=run-0&room=d', { 'last-event-id': 'run-3' });
    expect(eventsIn(await readUntil(byHeader, '"d"')).map(([, event]) => event)).toEqual([deleted('d')]);
  });

  it.each(['run-5', 'before-1', 'nonsense', 'run-', 'run-1e3', '-1'])(
    'tells first of the gap behind an id that is not known: %s',
    async (lastEventId) => {
      tell(deleted('a'));
      const reader = await open('', { 'last-event-id': lastEventId });
      tell(deleted('b'));
      const text = await readUntil(reader, '"b"');
      expect(text).toMatch(
        /^retry: 1000\n\nid: run-1\nevent: reset\ndata: {"type":"reset","id":"run-1","at":".*"}\n\nid: run-2\n/,
      );
      expect(eventsIn(text).map(([type]) => type)).toEqual(['reset', 'room-deleted']);
    },
  );

  it('says how far it is, for readers who have read nothing yet', async () => {
    tell(deleted('a'));
    expect(await readUntil(await open('?room=quiet'), '\n\nid: run-1\n\n')).toContain('retry: 1000');
  });

  it('tells all that is kept to a reader who takes it slowly', async () => {
    const reader = await open('?lastEventId=run-0');
    for (let number = 1; number <= 500; number++)
      tell({
        type: 'message',
        room: 'a',
        message: { id: number, at: '2026-01-01T00:00:00Z', from: null, name: null, to: null, data: 'x'.repeat(5000) },
      });
    const again = await open('?lastEventId=run-0');
    for (const one of [reader, again])
      expect(eventsIn(await readUntil(one, 'id: run-500\n')).length).toBeGreaterThanOrEqual(499);
  });

  it.each(['?room=%3Cb%3E', '?levels=loud', '?rooms=a'])('refuses what it does not know: %s', async (query) => {
    const response = await app.inject(`/api/v1/events${query}`);
    expect([response.statusCode, response.json()]).toMatchObject([400, { code: 'bad-request' }]);
  });

  it('listens no more when its reader has gone, and ends with the server', async () => {
    const listeners = () => rooms.listeners;
    const [gone, stays] = await Promise.all([open(), open()]);
    expect(listeners()).toBe(2);
    gone.destroy();
    await expect.poll(listeners).toBe(1);
    stays.on('error', () => undefined);
    const ended = new Promise((resolve) => stays.once('close', resolve));
    await app.close();
    await ended;
    await expect.poll(listeners).toBe(0);
  });

  it('cuts off a reader who does not read', async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write('GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'readable');
    socket.pause();
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    for (let sent = 0; rooms.listeners > 0 && sent < 20_000; sent++) tell(deleted('x'.repeat(2000)));
    await expect.poll(() => rooms.listeners).toBe(0);
    socket.resume();
    await closed;
  });

  it('has no more than a hundred readers', async () => {
    const readers = await Promise.all(Array.from({ length: 100 }, () => open()));
    const refused = await app.inject('/api/v1/events');
    expect([refused.statusCode, refused.json()]).toMatchObject([503, { code: 'too-many-readers' }]);
    for (const reader of readers) reader.destroy();
  });
});
