import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { randomKey } from '../../../src/common/access-file.ts';
import { silentLogger } from '../../../src/common/logger.ts';
import { Access } from '../../../src/server/access/access.ts';
import { Keys } from '../../../src/server/access/keys.ts';
import { Tokens } from '../../../src/server/access/tokens.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { FakeRooms, apiOver, gateWith } from './fake-rooms.ts';

it.concurrent.each([
  ['says nothing', ''],
  ['does not end what it says', 'GET / HTTP/1.1\r\nhost: x\r\nx-'],
])('a connection that %s is ended by the server', { timeout: 30_000 }, async (_title, words) => {
  const app = await createHttpServer({ logger: silentLogger, api: apiOver(new FakeRooms()) });
  const port = await listen(app, '127.0.0.1', 0);
  const socket = connect(port, '127.0.0.1');
  socket.resume();
  await once(socket, 'connect');
  socket.write(words);
  await once(socket, 'close');
  expect(app.server.listening).toBe(true);
  await app.close();
});

it.concurrent(
  'a body that comes byte by byte is refused after a time, whatever key it has, and nobody else waits for it',
  { timeout: 60_000 },
  async () => {
    const key = randomKey();
    const keys = new Keys([{ name: 'slow', key, scopes: ['operator'] }]);
    const access = new Access({ keys, tokens: new Tokens('a secret of at least 32 characters', Date.now) });
    const rooms = new FakeRooms();
    const app = await createHttpServer({
      logger: silentLogger,
      api: { ...apiOver(rooms), gate: gateWith({ access }) },
    });
    const port = await listen(app, '127.0.0.1', 0);
    const body = JSON.stringify({ name: 'slow' }).padEnd(5000);
    const startedMs = performance.now();
    const slow = Array.from({ length: 20 }, async () => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
      socket.on('error', () => undefined); // the server has ended it while it was being written to
      const head = ['POST /api/v1/rooms HTTP/1.1', 'host: x', `authorization: Bearer ${key}`];
      const about = ['content-type: application/json', `content-length: ${body.length}`];
      socket.write([...head, ...about, '', ''].join('\r\n'));
      let sent = 0;
      const timer = setInterval(() => socket.write(body[sent++] ?? ' '), 200);
      await once(socket, 'close');
      clearInterval(timer);
      return answer;
    });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const made = await fetch(`http://127.0.0.1:${port}/api/v1/rooms`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: 'quick' }),
    });
    expect(made.status).toBe(201);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    for (const answer of await Promise.all(slow))
      expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*did not come to its end in time/);
    expect([...rooms.rooms.keys()]).toEqual(['quick']);
    await app.close();
  },
);
