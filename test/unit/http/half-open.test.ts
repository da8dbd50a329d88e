import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { FakeRooms, apiOver } from './fake-rooms.ts';

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
