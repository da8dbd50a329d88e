import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { Config, type ConfigInput } from '../../../src/protocol/config.ts';
import { ERRORS, type ErrorCode } from '../../../src/protocol/errors.ts';
import { JoinLink, Place } from '../../../src/protocol/http-api/access.ts';
import { Problem } from '../../../src/protocol/http-api/room.ts';
import { Tokens } from '../../../src/server/access/tokens.ts';
import { startRooms, startWebstreamer, type Running } from '../../../src/server/main.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';

/** Codes that no request alone can bring about, and the test that provokes each. */
const ELSEWHERE: Partial<Record<ErrorCode, string>> = {
  'message-too-large': 'test/unit/room/chat-frames.test.ts',
  'bad-message': 'test/unit/room/room-chat.test.ts',
  'too-many-messages': 'test/unit/room/room-chat.test.ts',
  'bad-description': 'test/unit/connection/connection.test.ts',
  'bad-candidate': 'test/unit/connection/connection.test.ts',
  'offer-outstanding': 'test/unit/worker/negotiation.test.ts',
  'no-offer': 'test/unit/connection/connection.test.ts',
  'endpoint-closed': 'test/contract/media-engine.ts',
  'media-room-closed': 'test/contract/media-engine.ts',
  'media-worker-died': 'test/unit/media/worker-engine.test.ts',
  'media-timeout': 'test/unit/media/worker-process.test.ts',
  'gstreamer-missing': 'test/unit/media/worker-process.test.ts',
  'port-in-use': 'test/unit/http/listen.test.ts',
  'bad-config': 'test/unit/server/main.test.ts',
  'shutting-down': 'test/unit/control/control.test.ts',
  'too-many-readers': 'test/unit/http/event-stream.test.ts',
};

const SECRET = 'a secret of at least 32 characters';
const engine = new FakeMediaEngine();
const servers: Running[] = [];
let open: Running;
let guarded: Running;
let strict: Running;
let alone: Running;
let leaving: Running;

beforeAll(async () => {
  const start = async (config: ConfigInput = {}, how = startWebstreamer, media = new FakeMediaEngine()) => {
    const room = { name: 'a', connections: ['1'] };
    const server = await how(Config.parse({ port: 0, rooms: [room], ...config }), {
      logger: silentLogger,
      engine: media,
    });
    servers.push(server);
    return server;
  };
  open = await start({}, startWebstreamer, engine);
  guarded = await start({ auth: { required: true, secret: SECRET } });
  strict = await start({ auth: { limits: { requestsPerSecond: 1 } } });
  leaving = await start();
  // Nothing listens on the port of discard.
  alone = await start({ bridge: { url: 'http://127.0.0.1:9' } }, startRooms);
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

interface Asked {
  server?: Running;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What a server answers; with node's own client, as a test of hosts needs. */
async function ask(method: string, path: string, { server = open, headers = {}, body }: Asked = {}) {
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const json = payload === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
    const sent = request(new URL(path, server.url), { method, headers: { ...json, ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        resolve({ status: answer.statusCode!, type: String(answer.headers['content-type']), body: text });
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}

const ROOM = '/api/v1/rooms/a';
const bearer = async (content: Parameters<Tokens['sign']>[0], ms = 60_000) => {
  const token = await new Tokens(SECRET, Date.now).sign(content, Date.now() + ms);
  return { authorization: `Bearer ${token}` };
};

/** How each code is provoked. */
const PROVOKED: Partial<Record<ErrorCode, () => ReturnType<typeof ask>>> = {
  'bad-request': () => ask('POST', '/api/v1/rooms', { body: {} }),
  'not-found': () => ask('GET', '/api/v1/nothing'),
  'method-not-allowed': () => ask('PUT', '/api/v1/rooms'),
  'unsupported-media-type': () =>
    ask('POST', '/api/v1/rooms', { body: 'x', headers: { 'content-type': 'text/plain' } }),
  'payload-too-large': () => ask('POST', '/api/v1/rooms', { body: { name: 'x'.repeat(200_000) } }),
  'not-authenticated': () => ask('GET', ROOM, { server: guarded }),
  'token-expired': async () =>
    ask('GET', ROOM, { server: guarded, headers: await bearer({ scopes: ['read'], sub: 'x' }, -60_000) }),
  'token-revoked': async () => {
    const headers = await bearer({ scopes: ['operator'], sub: 'x' });
    const link = await ask('POST', `${ROOM}/links`, { server: guarded, headers, body: {} });
    const { id, token } = JoinLink.parse(JSON.parse(link.body));
    await ask('DELETE', `${ROOM}/links/${id}`, { server: guarded, headers });
    return ask('POST', `${ROOM}/join`, { server: guarded, headers: { authorization: `Bearer ${token}` }, body: {} });
  },
  'not-allowed': async () =>
    ask('DELETE', ROOM, { server: guarded, headers: await bearer({ scopes: ['read'], sub: 'x' }) }),
  'cross-origin': () => ask('DELETE', ROOM, { headers: { origin: 'https://elsewhere.example' } }),
  'wrong-host': () => ask('GET', ROOM, { headers: { host: 'elsewhere.example' } }),
  'too-many-requests': async () => {
    for (let i = 0; i < 50; i++) await ask('GET', ROOM, { server: strict });
    return ask('GET', ROOM, { server: strict });
  },
  'changed-meanwhile': () => ask('PATCH', ROOM, { headers: { 'if-match': '"old"' }, body: { locked: true } }),
  'no-picture': () => ask('GET', `${ROOM}/connections/1/picture`),
  'room-not-found': () => ask('GET', '/api/v1/rooms/b'),
  'room-exists': () => ask('POST', '/api/v1/rooms', { body: { name: 'a' } }),
  'connection-not-found': () => ask('DELETE', `${ROOM}/connections/9`),
  'connection-exists': () => ask('POST', `${ROOM}/connections`, { body: { id: '1' } }),
  'link-not-found': () => ask('DELETE', `${ROOM}/links/0123456789abcdef`),
  'user-not-found': () => ask('DELETE', `${ROOM}/connections/1/user`),
  'is-viewer': async () => {
    const place = await ask('POST', `${ROOM}/join`, { body: { role: 'viewer' } });
    const { connection } = Place.parse(JSON.parse(place.body));
    return ask('PUT', `${ROOM}/speaker`, { body: { connection } });
  },
  'room-locked': async () => {
    await ask('POST', '/api/v1/rooms', { body: { name: 'locked', locked: true } });
    return ask('POST', '/api/v1/rooms/locked/join', { body: {} });
  },
  'room-full': async () => {
    await ask('POST', '/api/v1/rooms', { body: { name: 'small', maxUsers: 1 } });
    await ask('POST', '/api/v1/rooms/small/join', { body: {} });
    return ask('POST', '/api/v1/rooms/small/join', { body: {} });
  },
  'not-delivered': () => ask('POST', `${ROOM}/messages`, { body: { data: 'x', to: '1' } }),
  'bridge-unreachable': () => ask('POST', `${ROOM}/join`, { server: alone, body: {} }),
  draining: async () => {
    void leaving.drain();
    return ask('POST', `${ROOM}/join`, { server: leaving, body: {} });
  },
  'media-unavailable': async () => {
    engine.available = false;
    const answer = await ask('POST', '/api/v1/rooms', { body: { name: 'b' } });
    engine.available = true;
    return answer;
  },
  internal: async () => {
    const { createRoom } = engine;
    engine.createRoom = () => Promise.reject(new Error('a fault of ours'));
    const answer = await ask('POST', '/api/v1/rooms', { body: { name: 'b' } });
    engine.createRoom = createRoom.bind(engine);
    return answer;
  },
};

describe('every error', () => {
  it.each(Object.entries(PROVOKED))('%s is what a server answers', async (code, provoke) => {
    const { status, type, body } = await provoke();
    const { status: expected, title } = ERRORS[code as ErrorCode];
    const problem = Problem.parse(JSON.parse(body));
    expect([status, type.split(';')[0], problem.code]).toEqual([expected, 'application/problem+json', code]);
    expect(problem).toMatchObject({ type: `urn:webstreamer:error:${code}`, title, status });
  });

  it.each(Object.entries(ELSEWHERE))('%s is provoked in %s', (code, path) => {
    expect(readFileSync(path, 'utf8')).toContain(`'${code}'`);
  });

  it('is in one of the two tables', () => {
    const covered = [...Object.keys(PROVOKED), ...Object.keys(ELSEWHERE)].sort();
    expect(covered).toEqual(Object.keys(ERRORS).sort());
  });
});
