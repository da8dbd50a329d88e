import { once } from 'node:events';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomKey } from '../../../src/common/access-file.ts';
import type { Logger } from '../../../src/common/logger.ts';
import { OPERATIONS, type Operation, type OperationName } from '../../../src/protocol/http-api/operations.ts';
import { Access } from '../../../src/server/access/access.ts';
import { Keys } from '../../../src/server/access/keys.ts';
import { RequestLimits } from '../../../src/server/access/request-limits.ts';
import { Tokens } from '../../../src/server/access/tokens.ts';
import type { GateOptions } from '../../../src/server/http/gate.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { newRoom } from '../room/settings.ts';
import { apiOver, FakeRooms, gateWith } from './fake-rooms.ts';

const SECRET = 'a secret of at least 32 characters';
const HOUR_MS = 3_600_000;
const KEYS = { operator: randomKey(), reader: randomKey(), lobbyReader: randomKey(), lobbyOperator: randomKey() };

const lines: Record<string, unknown>[] = [];
function keeper(own: Record<string, unknown> = {}): Logger {
  const at = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ ...own, ...fields, level, message });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => keeper({ ...own, ...more }),
  };
}
/** The lines of the audit log, the latest last. */
const audit = () => lines.filter(({ part }) => part === 'audit');

const tokens = new Tokens(SECRET, Date.now);
const keys = new Keys([
  { name: 'the operator', key: KEYS.operator, scopes: ['operator'] },
  { name: 'a reader', key: KEYS.reader, scopes: ['read'] },
  { name: 'the screen', key: KEYS.lobbyReader, scopes: ['read'], room: 'lobby' },
  { name: 'the host', key: KEYS.lobbyOperator, scopes: ['room-operator'], room: 'lobby' },
]);
/** Everything that must be in no log. */
const said: string[] = [];

let rooms: FakeRooms;
let app: FastifyInstance;
let port: number;

async function start(options: Partial<GateOptions> = {}): Promise<void> {
  lines.length = 0;
  rooms = new FakeRooms();
  rooms.createRoom(newRoom({ name: 'lobby', connections: ['1'] }));
  rooms.createRoom(newRoom({ name: 'secret-room', connections: ['2'] }));
  const gate = gateWith({ access: new Access({ keys, tokens }), logger: keeper({ part: 'audit' }), ...options });
  app = await createHttpServer({ logger: keeper({ part: 'http' }), api: { ...apiOver(rooms), gate } });
  port = await listen(app, '127.0.0.1', 0);
}

beforeEach(() => start());
afterEach(async () => {
  await app.close();
  const log = JSON.stringify(lines);
  for (const credential of [...Object.values(KEYS), SECRET, ...said]) expect(log).not.toContain(credential);
  said.length = 0;
});

interface Answer {
  status: number;
  headers: Headers;
  code: string | undefined;
  text: string;
}

async function ask(
  path: string,
  init: { method?: string; as?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  const { method = 'GET', as, headers, body } = init;
  if (as !== undefined) said.push(as);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${as}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isProblem =
    text !== '' && response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    code: isProblem ? (JSON.parse(text) as { code: string }).code : undefined,
  };
}

/** Sends bytes as they are, and reads until the server ends the connection or `enough` has come. */
async function raw(bytes: string, enough?: RegExp): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (enough?.test(text)) socket.destroy();
  });
  socket.write(bytes);
  await closed;
  return text;
}

const filledIn = (path: string, room = 'lobby') => path.replace('{name}', room).replace('{id}', '1');
const guarded = (Object.entries(OPERATIONS) as [OperationName, Operation][]).filter(([, { scope }]) => scope !== null);
/** Whether the server here has the operation; those of others are nowhere. */
const isServed = async ({ method, path }: Operation) =>
  !['not-found', 'method-not-allowed'].includes((await ask(filledIn(path), { method })).code ?? '');

describe('without a token', () => {
  it('nothing is done or told that needs one, and the answer says what is needed', async () => {
    let count = 0;
    for (const [name, operation] of guarded) {
      if (!(await isServed(operation))) continue;
      count++;
      const answer = await ask(filledIn(operation.path), { method: operation.method });
      expect([name, answer.status, answer.code]).toEqual([name, 401, 'not-authenticated']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="webstreamer"');
      expect(answer.text).not.toContain('secret-room');
      expect(audit().at(-1)).toMatchObject({
        level: 'warn',
        operation: name,
        code: 'not-authenticated',
        subject: null,
      });
    }
    expect(count).toBeGreaterThan(14);
    expect([...rooms.rooms.keys()]).toEqual(['lobby', 'secret-room']);
  });

  it('it is said whether the server is well, and what may be done', async () => {
    expect((await ask('/api/v1/health')).status).toBe(200);
    expect(JSON.parse((await ask('/api/v1/access')).text)).toMatchObject({ required: true, scopes: [], subject: null });
  });

  it('a head is not answered either', async () => {
    for (const path of ['/api/v1/rooms', '/api/v1/rooms/lobby', '/metrics'])
      expect((await ask(path, { method: 'HEAD' })).status).toBe(401);
  });

  it.each([
    '/API/v1/rooms',
    '//api/v1/rooms',
    '/api//v1/rooms',
    '/api/v1/rooms/',
    '/api/v1/./rooms',
    '/api/v1/health/../rooms',
    '/api/v1/health/%2e%2e/rooms',
    '/api/v1/health%2f..%2frooms',
    '/api/v1/access/..%2frooms/secret-room',
    '/%61pi/v1/rooms',
    '/api/v1/rooms%00',
    '/api/v1/rooms;x',
    '/api/v1/rooms/secret-room%2f',
    '/api/v1/rooms/..%2fsecret-room',
    '/metrics/',
    '/%6detrics',
    `/api/v1/rooms?access_token=${KEYS.operator}`,
    `/api/v1/rooms?token=${KEYS.operator}`,
    'http://127.0.0.1/api/v1/rooms',
    'http://elsewhere.test/api/v1/rooms',
    '/api/v1/rooms/../../../../etc/passwd',
    '/..%2f..%2fetc/passwd',
  ])('no way of writing a path leads in: %s', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/"name":"secret-room"|root:/);
    lines.length = 0; // the debug log has addresses: a key is in none of ours
  });

  it('a huge body is not waited for, nor a slow one', async () => {
    const head = (length: number) =>
      `POST /api/v1/rooms HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n{`;
    for (const length of [4_000_000_000, 100]) {
      const answer = await raw(head(length), /"code":"[\w-]+"/);
      expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*"code":"not-authenticated"/);
    }
  });
});

describe('with a key or a token', () => {
  it('only what its scopes allow is done', async () => {
    for (const [name, { method, path, scope }] of guarded) {
      if (scope === 'read') continue;
      const answer = await ask(filledIn(path), { method, as: KEYS.reader });
      if (['not-found', 'method-not-allowed'].includes(answer.code ?? '')) continue;
      expect([name, answer.status, answer.code]).toEqual([name, 403, 'not-allowed']);
      expect(audit().at(-1)).toMatchObject({
        level: 'warn',
        operation: name,
        subject: 'a reader',
        code: 'not-allowed',
      });
    }
    expect((await ask('/api/v1/rooms', { as: KEYS.reader })).text).toContain('secret-room');
  });

  it('of one room, no other room is seen or touched', async () => {
    for (const as of [KEYS.lobbyReader, KEYS.lobbyOperator]) {
      const list = await ask('/api/v1/rooms', { as });
      expect((JSON.parse(list.text) as { name: string }[]).map(({ name }) => name)).toEqual(['lobby']);
      expect((await ask('/api/v1/rooms/lobby', { as })).status).toBe(200);
      for (const [, { method, path }] of guarded) {
        if (!path.includes('{name}')) continue;
        // A room that there is and one that there is not look the same.
        for (const room of ['secret-room', 'no-room']) {
          const answer = await ask(filledIn(path, room), { method, as });
          expect(['not-allowed', 'not-found', 'method-not-allowed']).toContain(answer.code);
        }
      }
      expect((await ask('/metrics', { as })).code).toBe('not-allowed');
      expect((await ask('/api/v1/events?room=secret-room', { as })).code).toBe('not-allowed');
    }
    const changed = await ask('/api/v1/rooms/lobby', {
      method: 'PATCH',
      as: KEYS.lobbyOperator,
      body: { locked: true },
    });
    expect(changed.status).toBe(200);
    expect((await ask('/api/v1/rooms/lobby', { method: 'DELETE', as: KEYS.lobbyOperator })).code).toBe('not-allowed');
  });

  it('of one room, events of that room are told, and none of another', async () => {
    said.push(KEYS.lobbyReader);
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/events`, {
      headers: { authorization: `Bearer ${KEYS.lobbyReader}` },
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    for (const room of ['secret-room', 'lobby']) rooms.events.publish({ type: 'room-deleted', room });
    let text = '';
    while (!text.includes('lobby')) text += (await reader.read()).value ?? '';
    expect(text).not.toContain('secret-room');
    await reader.cancel();
  });

  it('events end when the key is replaced, and others do not', async () => {
    const own = new Keys([
      { name: 'a', key: KEYS.reader, scopes: ['read'] },
      { name: 'b', key: KEYS.operator, scopes: ['operator'] },
    ]);
    const access = new Access({ keys: own, tokens });
    await app.close();
    await start({ access });
    said.push(KEYS.reader, KEYS.operator);
    const read = (as: string) =>
      fetch(`http://127.0.0.1:${port}/api/v1/events`, { headers: { authorization: `Bearer ${as}` } });
    const [ending, staying] = await Promise.all([read(KEYS.reader), read(KEYS.operator)]);
    access.replaceKeys([{ name: 'b', key: KEYS.operator, scopes: ['operator'] }]);
    await expect(ending.text()).rejects.toThrow();
    expect((await read(KEYS.reader)).status).toBe(401);
    rooms.events.publish({ type: 'room-deleted', room: 'lobby' });
    const reader = staying.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('room-deleted')) text += (await reader.read()).value ?? '';
    await reader.cancel();
  });

  it('events end when the token does', async () => {
    const as = await tokens.sign({ sub: 'x', scopes: ['read'] }, Date.now() + 1500);
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/events`, {
      headers: { authorization: `Bearer ${as}` },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it.each([
    ['expired', () => tokens.sign({ sub: 'x', scopes: ['operator'] }, Date.now() - HOUR_MS), 'token-expired'],
    ['unsigned', () => new UnsecuredJWT({ scope: 'operator' }).setExpirationTime('1h').encode(), 'not-authenticated'],
    [
      'foreign',
      () => new Tokens('b'.repeat(40), Date.now).sign({ sub: 'x', scopes: ['operator'] }, Date.now() + HOUR_MS),
      'not-authenticated',
    ],
    ['unknown', () => randomKey(), 'not-authenticated'],
    ['very long', () => 'x'.repeat(8000), 'not-authenticated'],
  ])('that is %s, nothing is done', async (_how, make, code) => {
    const answer = await ask('/api/v1/rooms', { as: await make() });
    expect([answer.status, answer.code]).toEqual([401, code]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="webstreamer", error="invalid_token"');
    expect(audit()).toMatchObject([{ level: 'warn', code, address: '127.0.0.1' }]);
  });

  it('too large a body and too large a head are refused', async () => {
    const huge = await ask('/api/v1/rooms', { method: 'POST', as: KEYS.operator, body: { name: 'x'.repeat(200_000) } });
    expect(huge.code).toBe('payload-too-large');
    const flood = Array.from({ length: 2000 }, (_, i) => `x-${i}: ${'y'.repeat(20)}\r\n`).join('');
    expect(await raw(`GET /api/v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\n${flood}\r\n`)).toMatch(
      /^HTTP\/1\.1 413 [^]*"payload-too-large"/,
    );
  });

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '${7*7}',
    '../../etc/passwd',
    'a\u0000b',
    'a\r\nset-cookie: x=1',
    "' or 1=1 --",
  ])('a name with markup is refused and comes back as nothing that runs: %j', async (name) => {
    const as = KEYS.operator;
    const answers = [
      await ask('/api/v1/rooms', { method: 'POST', as, body: { name } }),
      await ask(`/api/v1/rooms/${encodeURIComponent(name)}`, { as }),
      await ask(`/api/v1/rooms/lobby/connections/${encodeURIComponent(name)}`, { method: 'DELETE', as }),
      await ask('/api/v1/rooms/lobby/connections', { method: 'POST', as, body: { id: name } }),
      await ask(`/api/v1/events?room=${encodeURIComponent(name)}`, { as }),
      await ask('/api/v1/rooms', { method: 'POST', as, body: { [name]: 1 } }),
      await ask(`/api/v1/${encodeURIComponent(name)}`, { as }),
    ];
    for (const { status, headers } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('set-cookie')).toBeNull();
    }
    expect(rooms.rooms.size).toBe(2);
  });
});

describe('a page of another origin', () => {
  const own = () => `http://127.0.0.1:${port}`;

  it.each<[Record<string, string>]>([
    [{ origin: 'https://elsewhere.test' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:1' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('does and reads nothing, with a key or without: %j', async (headers) => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await ask('/api/v1/rooms/lobby', { method, headers, as: KEYS.operator });
      expect([answer.status, answer.code]).toEqual([403, 'cross-origin']);
      expect(audit().at(-1)).toMatchObject({ level: 'warn', code: 'cross-origin', room: 'lobby' });
    }
    expect(rooms.rooms.has('lobby')).toBe(true);
  });

  it('is given leave by no header, whatever it asks for', async () => {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const { headers, status } = await ask('/api/v1/rooms', {
        method,
        headers: { origin: 'https://elsewhere.test', 'access-control-request-method': 'POST' },
      });
      expect(status).toBeGreaterThanOrEqual(400);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect((await ask('/api/v1/rooms', { as: KEYS.operator })).headers.get('cross-origin-resource-policy')).toBe(
      'same-origin',
    );
  });

  it('may open an address of the API, and the server’s own page may do everything', async () => {
    // Node's fetch has a mode of its own: these are sent by hand.
    const navigate = (destination: string) =>
      raw(
        'GET /api/v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nsec-fetch-site: cross-site\r\n' +
          `sec-fetch-mode: navigate\r\nsec-fetch-dest: ${destination}\r\n\r\n`,
      );
    expect(await navigate('document')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await navigate('iframe')).toMatch(/^HTTP\/1\.1 403 [^]*"cross-origin"/);
    for (const headers of [{ origin: own() }, { 'sec-fetch-site': 'same-origin', origin: 'https://behind.proxy' }])
      expect((await ask('/api/v1/rooms/lobby/speaker', { method: 'DELETE', headers, as: KEYS.operator })).status).toBe(
        204,
      );
  });
});

describe('where no keys are needed, a request', () => {
  beforeEach(async () => {
    await app.close();
    await start({ access: new Access(null), host: 'studio', publicUrl: 'https://meet.example.org' });
  });

  const withHost = (host: string) => raw(`GET /api/v1/rooms HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);

  it.each([
    'localhost',
    'LOCALHOST:9001',
    'demo.localhost',
    '127.0.0.1:80',
    '[::1]:9001',
    '192.168.1.7',
    'studio:9001',
    'meet.example.org',
  ])('is answered for %s', async (host) => {
    expect(await withHost(host)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    'elsewhere.test',
    'localhost.elsewhere.test',
    '127.0.0.1.elsewhere.test',
    '127.0.0.1@elsewhere.test',
    'xlocalhost',
    'meet.example.org.',
    '',
  ])('is refused for another name, as a page can have it that leads here: %s', async (host) => {
    const answer = await withHost(host);
    expect(answer).toMatch(/^HTTP\/1\.1 421 [^]*"code":"wrong-host"/);
    expect(audit()).toMatchObject([{ level: 'warn', code: 'wrong-host', operation: 'listRooms' }]);
  });

  it('makes links that lead where people reach the server', async () => {
    const made = await ask('/api/v1/rooms/lobby/links', { method: 'POST', body: {} });
    expect(JSON.parse(made.text)).toMatchObject({
      url: 'https://meet.example.org/rooms/lobby#role=participant',
      token: null,
    });
    expect((await ask('/api/v1/rooms/none/links', { method: 'POST', body: {} })).code).toBe('room-not-found');
  });
});

describe('too many', () => {
  it('wrong keys from an address, and none is looked at for a while', async () => {
    await app.close();
    await start({ limits: new RequestLimits({ requestsPerSecond: 1000, failuresPerMinute: 3 }) });
    for (let i = 0; i < 3; i++)
      expect((await ask('/api/v1/rooms', { as: randomKey() })).code).toBe('not-authenticated');
    for (let i = 0; i < 3; i++) {
      const answer = await ask('/api/v1/rooms', { as: KEYS.operator });
      expect([answer.status, answer.code, answer.headers.get('retry-after')]).toEqual([429, 'too-many-requests', '20']);
    }
    expect(audit().filter(({ code }) => code === 'too-many-requests').length).toBe(1);
    expect((await ask('/api/v1/health')).status).toBe(200);
  });

  it('an expired token is no guess', async () => {
    await app.close();
    await start({ limits: new RequestLimits({ requestsPerSecond: 1000, failuresPerMinute: 1 }) });
    const as = await tokens.sign({ sub: 'x', scopes: ['read'] }, Date.now() - HOUR_MS);
    for (let i = 0; i < 3; i++) expect((await ask('/api/v1/rooms', { as })).code).toBe('token-expired');
    expect((await ask('/api/v1/rooms', { as: KEYS.reader })).status).toBe(200);
  });

  it('requests of a caller wait, and those of others do not', async () => {
    await app.close();
    let nowMs = 0;
    await start({ limits: new RequestLimits({ requestsPerSecond: 1, failuresPerMinute: 9 }, () => nowMs) });
    for (let i = 0; i < 5; i++) expect((await ask('/api/v1/rooms', { as: KEYS.reader })).status).toBe(200);
    const refused = await ask('/api/v1/rooms', { as: KEYS.reader });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await ask('/api/v1/rooms', { as: KEYS.operator })).status).toBe(200);
    nowMs += 1000;
    expect((await ask('/api/v1/rooms', { as: KEYS.reader })).status).toBe(200);
  });

  it('is counted by the address that a trusted proxy says', async () => {
    await app.close();
    const limits = new RequestLimits({ requestsPerSecond: 1000, failuresPerMinute: 1 });
    await start({ limits, trustedProxies: ['127.0.0.1'] });
    const from = (address: string, as: string) => ask('/api/v1/rooms', { as, headers: { 'x-forwarded-for': address } });
    expect((await from('10.0.0.1', randomKey())).status).toBe(401);
    expect((await from('10.0.0.1', KEYS.reader)).status).toBe(429);
    expect((await from('10.0.0.2', KEYS.reader)).status).toBe(200);
    expect(audit()[0]).toMatchObject({ address: '10.0.0.1' });
  });
});

describe('the audit log', () => {
  it('has a line for everything that is changed: who, what, where, and what came of it', async () => {
    const as = KEYS.operator;
    await ask('/api/v1/rooms/lobby/connections', { method: 'POST', as, body: { id: '7' } });
    await ask('/api/v1/rooms/lobby/connections/9/user', { method: 'DELETE', as });
    await ask('/api/v1/rooms/lobby', { as });
    const host = { subject: 'the operator', address: '127.0.0.1', level: 'info', room: 'lobby' };
    expect(audit()).toMatchObject([
      { ...host, operation: 'addConnection', outcome: 'done' },
      { ...host, operation: 'removeUser', connection: '9', outcome: 'connection-not-found' },
    ]);
  });
});
