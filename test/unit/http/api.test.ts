import { connect } from 'node:net';
import { once } from 'node:events';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { ERRORS, WebstreamerError } from '../../../src/protocol/errors.ts';
import type { ErrorCode } from '../../../src/protocol/errors.ts';
import { MessageResource } from '../../../src/protocol/http-api/chat.ts';
import { RoomStats, ServerStats } from '../../../src/protocol/http-api/stats.ts';
import { Problem, RoomResource } from '../../../src/protocol/http-api/room.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { FakeRooms, apiOver } from './fake-rooms.ts';
import { newRoom } from '../room/settings.ts';

let rooms: FakeRooms;
let app: FastifyInstance;

beforeEach(async () => {
  rooms = new FakeRooms();
  app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms) });
});
afterEach(() => app.close());

async function expectProblem(request: InjectOptions, code: ErrorCode, detail?: string | RegExp) {
  const response = await app.inject(request);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = Problem.parse(response.json());
  expect({ status: response.statusCode, code: problem.code }).toEqual({ status: ERRORS[code].status, code });
  expect(problem.status).toBe(response.statusCode);
  expect(problem.title).toBe(ERRORS[code].title);
  if (detail !== undefined) expect(problem.detail).toMatch(detail);
  return response;
}

const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });

describe('rooms', () => {
  it('are created with 201, their address and the room', async () => {
    const response = await post('/api/v1/rooms', { name: '会议室', connections: ['1', '2'] });
    expect(response.statusCode).toBe(201);
    expect(response.headers.location).toBe(`/api/v1/rooms/${encodeURIComponent('会议室')}`);
    expect(RoomResource.parse(response.json())).toMatchObject({
      name: '会议室',
      layout: 'gallery',
      sound: 'mix',
      codec: 'vp8',
      speaker: null,
    });
    const again = await app.inject(String(response.headers.location));
    expect(again.json()).toEqual(response.json());
  });

  it('are listed, changed and deleted', async () => {
    await post('/api/v1/rooms', { name: 'a' });
    const changed = await app.inject({ method: 'PATCH', url: '/api/v1/rooms/a', payload: { layout: 'speaker' } });
    expect(changed.json()).toMatchObject({ name: 'a', layout: 'speaker', sound: 'mix' });
    expect((await app.inject('/api/v1/rooms')).json()).toEqual([changed.json()]);
    const deleted = await app.inject({ method: 'DELETE', url: '/api/v1/rooms/a' });
    expect([deleted.statusCode, deleted.body]).toEqual([204, '']);
    await expectProblem({ url: '/api/v1/rooms/a' }, 'room-not-found');
    await expectProblem({ method: 'DELETE', url: '/api/v1/rooms/a' }, 'room-not-found');
  });

  it.each([
    [{}, /nothing is to be changed/],
    [{ sound: 'loud' }, /^sound: /],
    [{ sound: 'mix', speaker: '1' }, /^speaker: there is no such key/],
    [{ codec: 'h264' }, /^codec: a room keeps its codec for life; make another room$/],
    [{ sound: 'mix', codec: 'vp8' }, /^codec: a room keeps its codec for life/],
  ])('are not changed by what says nothing, or something wrong: %j', async (payload, detail) => {
    await post('/api/v1/rooms', { name: 'a', sound: 'speaker' });
    await expectProblem({ method: 'PATCH', url: '/api/v1/rooms/a', payload }, 'bad-request', detail);
    expect(rooms.getRoom('a').sound).toBe('speaker');
  });

  it('have the codec that they were made with', async () => {
    expect((await post('/api/v1/rooms', { name: 'a', codec: 'h264' })).json()).toMatchObject({ codec: 'h264' });
    const changed = await app.inject({ method: 'PATCH', url: '/api/v1/rooms/a', payload: { layout: 'speaker' } });
    expect(changed.json()).toMatchObject({ layout: 'speaker', codec: 'h264' });
  });

  it('are refused twice under one name', async () => {
    await post('/api/v1/rooms', { name: 'a' });
    await expectProblem({ method: 'POST', url: '/api/v1/rooms', payload: { name: 'a' } }, 'room-exists');
  });

  it.each([
    [{}, /^name: /],
    [{ name: '<b>' }, /^name: letters, digits/],
    [{ name: 7 }, /^name: must be text, not a number: write "7" in quotes/],
    [{ name: 'a', layuot: 'gallery' }, /^layuot: there is no such key/],
    [{ name: 'a', layout: 'circle' }, /^layout: /],
    [{ name: 'a', codec: 'av1' }, /^codec: /],
    [{ name: 'a', connections: ['1', '<'] }, /^connections\[1\]: /],
  ])('are refused with the place of what is wrong: %j', async (payload, detail) => {
    await expectProblem({ method: 'POST', url: '/api/v1/rooms', payload }, 'bad-request', detail);
    expect(rooms.rooms.size).toBe(0);
  });
});

describe('speaker and connections', () => {
  beforeEach(() => {
    rooms.createRoom(newRoom({ name: 'a', connections: ['1'] }));
  });

  it('set the speaker with 200 and the room, and clear it with 204', async () => {
    const set = await app.inject({ method: 'PUT', url: '/api/v1/rooms/a/speaker', payload: { connection: '1' } });
    expect([set.statusCode, RoomResource.parse(set.json()).speaker]).toEqual([200, '1']);
    const cleared = await app.inject({ method: 'DELETE', url: '/api/v1/rooms/a/speaker' });
    expect(cleared.statusCode).toBe(204);
    expect(rooms.getRoom('a').speaker).toBeNull();
  });

  it('refuse a speaker who is not in the room', async () => {
    const url = '/api/v1/rooms/a/speaker';
    await expectProblem({ method: 'PUT', url, payload: { connection: '9' } }, 'connection-not-found');
    await expectProblem({ method: 'PUT', url, payload: {} }, 'bad-request', /^connection: /);
  });

  it('add and remove connections', async () => {
    const added = await post('/api/v1/rooms/a/connections', { id: '2' });
    expect([added.statusCode, added.headers.location]).toEqual([201, '/api/v1/rooms/a/connections/2']);
    expect(RoomResource.parse(added.json()).connections.map(({ id }) => id)).toEqual(['1', '2']);
    const removed = await app.inject({ method: 'DELETE', url: '/api/v1/rooms/a/connections/2' });
    expect(removed.statusCode).toBe(204);
    await expectProblem({ method: 'DELETE', url: '/api/v1/rooms/a/connections/2' }, 'connection-not-found');
  });

  it('change what a user is called and what is muted', async () => {
    const url = '/api/v1/rooms/a/connections/1';
    const change = async (payload: object) => {
      const response = await app.inject({ method: 'PATCH', url, payload });
      return RoomResource.parse(response.json()).connections[0];
    };
    expect(await change({ name: ' Anna ', muted: { audio: true } })).toMatchObject({
      name: 'Anna',
      muted: { audio: true, video: false },
    });
    expect(await change({ name: null })).toMatchObject({ name: '1', muted: { audio: true, video: false } });
    for (const payload of [
      {},
      { name: '<b>' },
      { name: '' },
      { muted: true },
      { muted: { sound: true } },
      { level: 1 },
    ])
      await expectProblem({ method: 'PATCH', url, payload }, 'bad-request');
    await expectProblem({ method: 'PATCH', url: `${url}9`, payload: { name: 'x' } }, 'connection-not-found');
  });

  it('show a user out, with a word to them', async () => {
    const url = '/api/v1/rooms/a/connections/1/user';
    await expectProblem({ method: 'DELETE', url }, 'user-not-found');
    rooms.getRoom('a').connections[0]!.user = 'anna';
    const shownOut = await app.inject({ method: 'DELETE', url: `${url}?message=${encodeURIComponent('Bis morgen!')}` });
    expect([shownOut.statusCode, rooms.removed]).toEqual([204, [['anna', 'Bis morgen!']]]);
    await expectProblem({ method: 'DELETE', url: `${url}?reason=x` }, 'bad-request', /^reason: there is no such key/);
    await expectProblem({ method: 'DELETE', url: `${url}?message=${'x'.repeat(201)}` }, 'bad-request', /^message: /);
  });

  it('refuse names in the address that no room and no connection can have', async () => {
    await expectProblem({ url: '/api/v1/rooms/%3Cb%3E' }, 'bad-request', /^name in the address: /);
    await expectProblem(
      { method: 'DELETE', url: '/api/v1/rooms/a/connections/%20' },
      'bad-request',
      /^id in the address/,
    );
  });
});

describe('what is no request of the API', () => {
  it('is answered with a problem for an unknown address, with any method', async () => {
    await expectProblem({ url: '/api/v1/nothing' }, 'not-found', '/api/v1/nothing');
    await expectProblem({ method: 'POST', url: '/api/v1/nothing' }, 'not-found');
    await expectProblem({ url: '/' }, 'not-found');
  });

  it('is answered with 405 and the methods that are allowed', async () => {
    const put = await expectProblem({ method: 'PUT', url: '/api/v1/rooms' }, 'method-not-allowed');
    expect(put.headers.allow).toBe('GET, HEAD, POST');
    const get = await expectProblem({ url: '/api/v1/rooms/a/speaker' }, 'method-not-allowed');
    expect(get.headers.allow).toBe('PUT, DELETE');
  });

  it('is answered with a problem for a body that is not JSON, not sent as JSON, or too large', async () => {
    const request = { method: 'POST', url: '/api/v1/rooms' } as const;
    const json = { 'content-type': 'application/json' };
    await expectProblem({ ...request, headers: json, payload: '{"name":' }, 'bad-request');
    await expectProblem({ ...request, headers: json, payload: '' }, 'bad-request');
    await expectProblem({ ...request }, 'bad-request');
    await expectProblem(
      { ...request, headers: { 'content-type': 'text/plain' }, payload: 'x' },
      'unsupported-media-type',
    );
    await expectProblem({ ...request, headers: json, payload: `"${'x'.repeat(200_000)}"` }, 'payload-too-large');
    await expectProblem({ ...request, headers: json, payload: '{"__proto__":{"name":"a"}}' }, 'bad-request');
  });

  it('is answered with a problem for an address that cannot be decoded', async () => {
    await expectProblem({ url: '/api/v1/rooms/%' }, 'bad-request');
  });

  it('is answered with a problem when it is not even HTTP', async () => {
    const port = await listen(app, '127.0.0.1', 0);
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    socket.write('hello\r\n\r\n');
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\ncontent-type: application\/problem\+json\r\n/);
    expect(answer).toContain('"code":"bad-request"');
  });
});

describe('failures', () => {
  it('of ours say nothing of what is inside, and go to the log', async () => {
    await app.close();
    const logged: unknown[] = [];
    const logger = { ...silentLogger, error: (fields: Record<string, unknown>) => logged.push(fields.err) };
    app = await createHttpServer({ logger, api: apiOver(rooms) });
    const secret = new Error('secret path');
    rooms.listRooms = () => {
      throw secret;
    };
    const response = await expectProblem({ url: '/api/v1/rooms' }, 'internal');
    expect(response.body).not.toContain('secret');
    expect(logged).toEqual([secret]);
  });

  it('that may pass say when to try again', async () => {
    await app.close();
    const starting = () => {
      throw new WebstreamerError('media-unavailable');
    };
    app = await createHttpServer({ logger: silentLogger, api: { ...apiOver(rooms), rooms: starting } });
    const response = await expectProblem({ url: '/api/v1/rooms' }, 'media-unavailable');
    expect(response.headers['retry-after']).toBe('2');
  });
});

describe('health', () => {
  it('is 200 when all is well, 503 when media cannot be served', async () => {
    expect((await app.inject('/api/v1/health')).statusCode).toBe(200);
    expect((await app.inject({ method: 'HEAD', url: '/api/v1/health' })).statusCode).toBe(200);
    await app.close();
    app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms, { status: 'degraded', workers: 0 }) });
    const response = await app.inject('/api/v1/health');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: 'degraded', workers: 0 });
  });
});

describe('readiness', () => {
  it('is 200 when people can be sent here, 503 with the reason when not', async () => {
    expect((await app.inject('/api/v1/ready')).json()).toEqual({ ready: true, reason: null });
    await app.close();
    const readiness = () => Promise.resolve({ ready: false, reason: 'draining' as const });
    app = await createHttpServer({ logger: silentLogger, api: { ...apiOver(rooms), readiness } });
    const response = await app.inject('/api/v1/ready');
    expect([response.statusCode, response.json()]).toEqual([503, { ready: false, reason: 'draining' }]);
  });
});

describe('figures', () => {
  it('are answered of a room and of the server', async () => {
    await post('/api/v1/rooms', { name: 'a' });
    expect(RoomStats.parse((await app.inject('/api/v1/rooms/a/stats')).json()).room).toBe('a');
    await expectProblem({ url: '/api/v1/rooms/b/stats' }, 'room-not-found');
    expect(ServerStats.parse((await app.inject('/api/v1/stats')).json()).rooms).toBe(1);
  });

  it('have a picture of a camera, a JPEG that nobody keeps, or say that there is none', async () => {
    const url = '/api/v1/rooms/a/connections/1/picture';
    await expectProblem({ url }, 'no-picture');
    await app.close();
    const jpeg = Buffer.from([0xff, 0xd8, 0xff]);
    const figures = { ...rooms.figures, picture: () => Promise.resolve(jpeg) };
    app = await createHttpServer({ logger: silentLogger, api: { ...apiOver(rooms), figures } });
    const { statusCode, headers, rawPayload } = await app.inject(url);
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'image/jpeg', 'no-store']);
    expect(rawPayload).toEqual(jpeg);
  });
});

describe('a server that closes', () => {
  it('does not wait for a connection that is just becoming a WebSocket', async () => {
    const upgraded = once(app.server, 'upgrade');
    const page = connect(await listen(app, '127.0.0.1', 0), '127.0.0.1');
    page.on('error', () => undefined);
    page.write('GET /socket.io/ HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await upgraded;
    const ended = once(page, 'close');
    await app.close();
    await ended;
  });
});

describe('messages', () => {
  const MESSAGES = '/api/v1/rooms/a/messages';

  beforeEach(() => post('/api/v1/rooms', { name: 'a', connections: ['1'] }));

  it('are posted with 201 and listed, from one on', async () => {
    const response = await post(MESSAGES, { data: 'hello' });
    expect(response.statusCode).toBe(201);
    expect(MessageResource.parse(response.json())).toMatchObject({ id: 1, from: null, to: null, data: 'hello' });
    await post(MESSAGES, { data: { x: [null, false] }, to: '1' });
    expect((await app.inject(MESSAGES)).json()).toMatchObject([
      { data: 'hello' },
      { to: '1', data: { x: [null, false] } },
    ]);
    expect((await app.inject(`${MESSAGES}?after=1&limit=200`)).json()).toMatchObject([{ id: 2 }]);
  });

  it.each([
    [{}, /^data: is missing/],
    [{ data: 'x', to: '<b>' }, /^to: /],
    [{ data: 'x', text: 'y' }, /^text: there is no such key/],
    [{ data: JSON.parse('['.repeat(65) + ']'.repeat(65)) as unknown }, /^data: is nested too deeply/],
  ])('are refused when they are %j', async (payload, detail) => {
    await expectProblem({ method: 'POST', url: MESSAGES, payload }, 'bad-request', detail);
    expect(rooms.messages).toEqual([]);
  });

  it('are refused with very many levels, and with more than a body may have', async () => {
    const headers = { 'content-type': 'application/json' };
    const deep = `{"data":${'['.repeat(60_000)}${']'.repeat(60_000)}}`;
    await expectProblem({ method: 'POST', url: MESSAGES, headers, payload: deep }, 'bad-request');
    const long = JSON.stringify({ data: 'x'.repeat(200_000) });
    await expectProblem({ method: 'POST', url: MESSAGES, headers, payload: long }, 'payload-too-large');
  });

  it.each(['after=-1', 'after=x', 'limit=0', 'limit=201', 'limit=1e2', 'before=3'])(
    'are not listed by ?%s',
    async (query) => {
      await expectProblem({ url: `${MESSAGES}?${query}` }, 'bad-request');
    },
  );

  it('are there only in a room', async () => {
    await expectProblem({ url: '/api/v1/rooms/b/messages' }, 'room-not-found');
    await expectProblem({ method: 'POST', url: '/api/v1/rooms/b/messages', payload: { data: 1 } }, 'room-not-found');
  });
});
