import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { randomKey } from '../../src/common/access-file.ts';
import type { JoinLink, Place } from '../../src/protocol/http-api/access.ts';
import { openPlainPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import { until } from './support/until.ts';

/** What is used of the library's object, which the plain page has in a global. */
declare const connection: {
  extra: Record<string, unknown>;
  join(id: string): void;
};

const key = randomKey();
const secret = 'the secret of this test, of 32 characters';

let open: TestServer;
let closed: TestServer;
let elsewhere: Server;

beforeAll(async () => {
  const rooms = [{ name: 'hall', connections: ['1', '2'] }];
  const auth = { required: true, secret, keys: [{ name: 'test', key, scopes: ['operator' as const] }] };
  [open, closed] = await Promise.all([startServer({ rooms }), startServer({ rooms, auth }, undefined, key)]);
  // A page of somebody else: another name, another port.
  elsewhere = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<title>x</title>'),
  );
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
});
afterAll(async () => {
  elsewhere.close();
  await Promise.all([open.close(), closed.close()]);
});

const refusals = (server: TestServer, code: string) =>
  server.log.filter((line) => line.level === 'warn' && line.code === code);

async function waitForRefusal(server: TestServer, code: string, count: number): Promise<void> {
  await until(
    () => refusals(server, code).length >= count,
    10_000,
    () => `there should be ${count} refusals ${code}, but the log has ${refusals(server, code).length}`,
  );
}

/** Calls the API from the page a person is at; answers the status, `opaque`, or that it failed. */
function ask(person: Person, url: string, init: RequestInit = {}): Promise<string> {
  return person.page.evaluate(
    ([address, options]) =>
      fetch(address, options).then(
        (response) => (response.type === 'opaque' ? 'opaque' : String(response.status)),
        () => 'failed',
      ),
    [url, init] as const,
  );
}

describe('a page of another origin', () => {
  test('neither reads nor changes anything, also under a name that leads here', async ({ cast }) => {
    const person = await cast.launch({ colour: 'red' });
    await person.open(`http://elsewhere.test:${(elsewhere.address() as AddressInfo).port}/`);
    const rooms = `${open.origin}/api/v1/rooms`;
    const json = { headers: { 'content-type': 'application/json' }, body: '{"name":"mine"}' };
    expect(await ask(person, rooms)).toBe('failed');
    expect(await ask(person, rooms, { method: 'POST', ...json })).toBe('failed');
    expect(await ask(person, rooms, { method: 'POST', mode: 'no-cors', body: '{"name":"mine"}' })).toBe('failed');
    expect(await ask(person, `${rooms}/hall`, { method: 'DELETE' })).toBe('failed');
    expect(await ask(person, `${open.origin}/api/v1/events`, { mode: 'no-cors' })).toBe('failed');
    expect(await ask(person, `${open.origin}/metrics`, { mode: 'no-cors' })).toBe('failed');
    await waitForRefusal(open, 'cross-origin', 4);
    expect((await open.api('GET', '/api/v1/rooms')).body).toMatchObject([{ name: 'hall' }]);

    // DNS rebinding: the server's own page, under a name of somebody else.
    const rebound = `http://rebound.test:${open.port}`;
    await person.open(`${rebound}/demos/Video-Conferencing.html`);
    expect(await ask(person, `${rebound}/api/v1/rooms`)).toBe('421');
    expect(await ask(person, `${rebound}/api/v1/rooms/hall`, { method: 'DELETE' })).toBe('421');
    await waitForRefusal(open, 'wrong-host', 2);
    // While its own page may.
    await person.open(`${open.origin}/demos/Video-Conferencing.html`);
    expect(await ask(person, rooms)).toBe('200');
    expect(await ask(person, rooms, { method: 'POST', ...json })).toBe('201');
  });
});

describe('a page, where tokens are required,', () => {
  const join = (person: Person, id: string, token?: string) =>
    person.page.evaluate(
      ([connectionId, said]) => {
        if (said !== undefined) connection.extra = { fullName: 'Mallory', webstreamer: { token: said } };
        connection.join(connectionId);
      },
      [id, token] as const,
    );

  test('has a seat with a token of the room, and without one it has none', async ({ cast }) => {
    const person = await cast.launch({ colour: 'green' });
    const come = () => openPlainPage(person, closed.origin);

    await come();
    await join(person, '1');
    await waitForRefusal(closed, 'not-authenticated', 1);
    await person.waitForWire('received', 'video-conference-demo');
    expect(JSON.stringify(person.wire)).toContain('"reason":"not-authenticated"');

    await come();
    await join(person, '1', 'nonsense');
    await waitForRefusal(closed, 'not-authenticated', 2);

    const link = (await closed.api('POST', '/api/v1/rooms/hall/links', { name: 'Anna' })).body as JoinLink;
    const place = (await closed.api('POST', '/api/v1/rooms/hall/join', {})).body as Place;
    await come();
    await join(person, place.connection, link.token!);
    await waitForRefusal(closed, 'not-allowed', 1);
    expect((await closed.room('hall')).connections.filter(({ user }) => user !== null)).toEqual([]);

    await come();
    await join(person, '1', link.token!);
    await closed.waitForState('hall', '1', 'connected', 20_000);
    expect((await closed.room('hall')).connections[0]).toMatchObject({ name: 'Anna', role: 'participant' });
    await come();
    await join(person, place.connection, place.token!);
    await closed.waitForState('hall', place.connection, 'connected', 20_000);

    const log = JSON.stringify(closed.log);
    for (const credential of [key, secret, link.token!, place.token!]) expect(log).not.toContain(credential);
  });
});
