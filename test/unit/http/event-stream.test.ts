import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import type { ApiEvent } from '../../../src/protocol/http-api/event.ts';
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
  rooms.events.emit('event', event);
};
const deleted = (room: string): ApiEvent => ({ type: 'room-deleted', room });

async function open(query = ''): Promise<IncomingMessage> {
  const [response] = (await once(get(`${origin}/api/v1/events${query}`), 'response')) as [IncomingMessage];
  await once(response, 'readable'); // the first comment: it listens from now on
  return response;
}

/** What a reader has read when `last` has come. */
async function readUntil(response: IncomingMessage, last: string): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes(last)) return text;
  }
  throw new Error(`the stream has ended after: ${text}`);
}

const eventsIn = (text: string) =>
  [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, type, data]) => [type, JSON.parse(data!)] as const);

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
    for (let sent = 0; rooms.listeners > 0 && sent < 100_000; sent++) tell(deleted('x'.repeat(60)));
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
