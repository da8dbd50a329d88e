import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Document, OpenAPIClientAxios } from 'openapi-client-axios';
import { silentLogger } from '../../../src/common/logger.ts';
import { Config } from '../../../src/protocol/config.ts';
import { Place } from '../../../src/protocol/http-api/access.ts';
import { RoomResource } from '../../../src/protocol/http-api/room.ts';
import { startWebstreamer, type Running } from '../../../src/server/main.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';

let server: Running;
const logger = silentLogger;

beforeEach(async () => {
  server = await startWebstreamer(Config.parse({ port: 0, rooms: [] }), { logger, engine: new FakeMediaEngine() });
});
afterEach(() => server.close());

/** A client that knows of the API only what docs/openapi.json says; every operation of it is a method. */
async function generated() {
  const definition = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document;
  const api = new OpenAPIClientAxios({ definition, axiosConfigDefaults: { validateStatus: () => true } });
  const client = await api.init();
  client.defaults.baseURL = server.url;
  return client;
}

it('a client made of docs/openapi.json operates a server', async () => {
  const client = await generated();
  const call = async (operation: string, parameters?: Record<string, string | number> | null, body?: unknown) => {
    const answer = await client[operation]!(parameters ?? undefined, body);
    return { status: answer.status, data: answer.data as unknown, etag: String(answer.headers.etag) };
  };
  expect(await call('getHealth')).toMatchObject({ status: 200, data: { rooms: { rooms: 0 } } });
  const made = await call('createRoom', null, { name: '会议~1', connections: ['red'] });
  const { name } = RoomResource.parse(made.data);
  expect([made.status, name]).toEqual([201, '会议~1']);

  const place = Place.parse((await call('joinRoom', { name }, { name: 'Anna', role: 'host' })).data);
  const room = await call('getRoom', { name });
  expect(RoomResource.parse(room.data).connections).toMatchObject([
    { id: 'red', temporary: false },
    { id: place.connection, name: 'Anna', role: 'host', temporary: true },
  ]);
  expect((await call('setSpeaker', { name }, { connection: place.connection })).status).toBe(200);
  const late = await call('changeRoom', { name, 'If-Match': room.etag }, { locked: true });
  expect(late).toMatchObject({ status: 412, data: { code: 'changed-meanwhile' } });
  const now = await call('changeRoom', { name, 'If-Match': late.etag }, { locked: true });
  expect(now).toMatchObject({ status: 200, data: { locked: true, speaker: place.connection } });
  expect((await call('joinRoom', { name }, {})).data).toMatchObject({ code: 'room-locked' });
  expect((await call('removeUser', { name, id: 'red', message: 'Bye' })).data).toMatchObject({
    code: 'user-not-found',
  });
  expect((await call('postMessage', { name }, { data: { hello: 1 } })).status).toBe(201);
  expect((await call('listMessages', { name, after: 0, limit: 1 })).data).toMatchObject([{ data: { hello: 1 } }]);
  expect((await call('listRooms', { limit: 1 })).data).toMatchObject([{ name }]);
  expect((await call('deleteRoom', { name })).status).toBe(204);
  expect((await call('getRoom', { name })).data).toMatchObject({ code: 'room-not-found', status: 404 });
});
