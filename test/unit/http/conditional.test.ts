import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { newRoom } from '../room/settings.ts';
import { FakeRooms, apiOver } from './fake-rooms.ts';

let rooms: FakeRooms;
let app: FastifyInstance;

beforeEach(async () => {
  rooms = new FakeRooms();
  rooms.createRoom(newRoom({ name: 'a', connections: ['1', '2'] }));
  app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms) });
});
afterEach(() => app.close());

const ROOM = '/api/v1/rooms/a';
const etag = async () => String((await app.inject(ROOM)).headers.etag);

describe('the ETag of a room', () => {
  it('is on every answer that is a room', async () => {
    const answers: InjectOptions[] = [
      { method: 'POST', url: '/api/v1/rooms', payload: { name: 'b' } },
      { method: 'PATCH', url: ROOM, payload: { locked: true } },
      { method: 'PUT', url: `${ROOM}/speaker`, payload: { connection: '1' } },
      { method: 'POST', url: `${ROOM}/connections`, payload: { id: '3' } },
      { method: 'PATCH', url: `${ROOM}/connections/1`, payload: { name: 'Anna' } },
      { method: 'GET', url: ROOM },
      { method: 'HEAD', url: ROOM },
    ];
    for (const request of answers) {
      const { headers } = await app.inject(request);
      expect(headers.etag, JSON.stringify(request)).toMatch(/^"[\w-]{22}"$/);
      expect(headers['cache-control']).toBe('no-store');
    }
    expect((await app.inject('/api/v1/rooms')).headers.etag).toBeUndefined();
  });

  it('is another one after each change of settings, speaker, and set of connections, and the old one when that is undone', async () => {
    const first = await etag();
    const seen = new Set([first]);
    const steps: (() => unknown)[] = [
      () => {
        rooms.changeRoom('a', { layout: 'grid' });
      },
      () => rooms.setSpeaker('a', '1'),
      () => {
        rooms.addConnection('a', '3');
      },
      () => {
        rooms.clearSpeaker('a');
      },
    ];
    for (const step of steps) {
      await step();
      seen.add(await etag());
    }
    expect(seen.size).toBe(steps.length + 1);
    rooms.removeConnection('a', '3');
    rooms.changeRoom('a', { layout: 'gallery' });
    expect(await etag()).toBe(first);
  });

  it('stays while people come, go, mute, and are named', async () => {
    const before = await etag();
    Object.assign(rooms.getRoom('a').connections[0]!, { state: 'connected', user: 'anna', speaking: true });
    rooms.changeConnection('a', '1', { name: 'Anna', muted: { audio: true } });
    expect(await etag()).toBe(before);
  });
});

describe('If-Match', () => {
  const conditional: InjectOptions[] = [
    { method: 'PATCH', url: ROOM, payload: { locked: true } },
    { method: 'PUT', url: `${ROOM}/speaker`, payload: { connection: '1' } },
    { method: 'DELETE', url: `${ROOM}/speaker` },
    { method: 'DELETE', url: ROOM },
  ];

  it.each(conditional)('refuses %j for a room that has changed meanwhile, and says what it is now', async (request) => {
    const stale = await etag();
    rooms.changeRoom('a', { sound: 'speaker' });
    const before = structuredClone(rooms.getRoom('a'));
    for (const tag of [stale, '"x", "y"', `W/${await etag()}`, '']) {
      const answer = await app.inject({ ...request, headers: { 'if-match': tag } });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([412, 'changed-meanwhile']);
      expect(answer.headers.etag).toBe(await etag());
    }
    expect(rooms.getRoom('a')).toEqual(before);
  });

  it.each(conditional)('lets %j through for the room as it is', async (request) => {
    const tag = await etag();
    const answer = await app.inject({ ...request, headers: { 'if-match': `"x", ${tag}` } });
    expect(answer.statusCode).toBeLessThan(300);
  });

  it('of * is fit for any room that is there', async () => {
    const headers = { 'if-match': '*' };
    expect((await app.inject({ method: 'DELETE', url: ROOM, headers })).statusCode).toBe(204);
    expect((await app.inject({ method: 'DELETE', url: ROOM, headers })).statusCode).toBe(404);
  });

  it('lets one of two operators through who change the same room at the same time', async () => {
    const headers = { 'if-match': await etag() };
    const change = (layout: string) => app.inject({ method: 'PATCH', url: ROOM, headers, payload: { layout } });
    const answers = await Promise.all([change('grid'), change('speaker')]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
  });
});

describe('what HTTP calls idempotent', () => {
  it('leaves the same when it is asked twice', async () => {
    const twice = async (request: InjectOptions) => [await app.inject(request), await app.inject(request)] as const;
    const [set, again] = await twice({ method: 'PUT', url: `${ROOM}/speaker`, payload: { connection: '1' } });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([200, set.body, set.headers.etag]);
    const [cleared, nothing] = await twice({ method: 'DELETE', url: `${ROOM}/speaker` });
    expect([cleared.statusCode, nothing.statusCode, rooms.getRoom('a').speaker]).toEqual([204, 204, null]);
    const [removed, gone] = await twice({ method: 'DELETE', url: `${ROOM}/connections/1` });
    expect([removed.statusCode, gone.statusCode]).toEqual([204, 404]);
    expect(rooms.getRoom('a').connections.map(({ id }) => id)).toEqual(['2']);
  });
});

describe('HEAD', () => {
  it.each(['/api/v1/health', '/api/v1/rooms', ROOM, `${ROOM}/messages`, '/metrics'])(
    'answers for %s with the headers of GET alone',
    async (url) => {
      const [head, get] = [await app.inject({ method: 'HEAD', url }), await app.inject(url)];
      expect([head.statusCode, head.headers['content-type'], head.body]).toEqual([
        200,
        get.headers['content-type'],
        '',
      ]);
    },
  );

  it('of the events ends at once', async () => {
    const head = await app.inject({ method: 'HEAD', url: '/api/v1/events' });
    expect([head.statusCode, head.headers['content-type'], rooms.listeners]).toEqual([200, 'text/event-stream', 0]);
  });
});

/** Follows the links of a list from its beginning on. */
async function pagesOf(first: string): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  for (let url: string | undefined = first; url !== undefined;) {
    const answer: LightMyRequestResponse = await app.inject(url);
    pages.push(answer.json<unknown[]>());
    url = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1];
  }
  return pages;
}

describe('a long list', () => {
  it('of rooms comes in pages, in the order of names', async () => {
    for (const name of ['c', 'b', 'é', '会议', 'B']) rooms.createRoom(newRoom({ name }));
    const pages = (await pagesOf('/api/v1/rooms?limit=2')) as { name: string }[][];
    expect(pages.map((page) => page.map(({ name }) => name))).toEqual([
      ['B', 'a'],
      ['b', 'c'],
      ['é', '会议'],
    ]);
    expect((await app.inject('/api/v1/rooms')).headers.link).toBeUndefined();
    expect((await app.inject('/api/v1/rooms?after=b&limit=1')).json()).toMatchObject([{ name: 'c' }]);
    expect((await app.inject('/api/v1/rooms?after=zzz')).json()).toMatchObject([{ name: 'é' }, { name: '会议' }]);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after=%3Cb%3E', 'page=2'])(
    'of rooms is refused by ?%s',
    async (query) => {
      expect((await app.inject(`/api/v1/rooms?${query}`)).statusCode).toBe(400);
    },
  );

  it('of messages comes in pages from one on; the latest have none behind them', async () => {
    for (let data = 1; data <= 5; data++) rooms.postMessage('a', { data, to: null });
    const pages = (await pagesOf(`${ROOM}/messages?after=0&limit=2`)) as { data: number }[][];
    expect(pages.map((page) => page.map(({ data }) => data))).toEqual([[1, 2], [3, 4], [5]]);
    const latest = await app.inject(`${ROOM}/messages?limit=2`);
    expect([latest.json<{ data: number }[]>().map(({ data }) => data), latest.headers.link]).toEqual([
      [4, 5],
      undefined,
    ]);
    const all = await app.inject(`${ROOM}/messages?after=0&limit=200`);
    expect([all.json<unknown[]>().length, all.headers.link]).toEqual([5, undefined]);
  });
});
