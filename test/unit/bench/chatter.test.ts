import { expect, it, onTestFinished } from 'vitest';
import { Chatter } from '../../../bench/load/chatter.ts';
import { openIdleSockets } from '../../../bench/load/idle-sockets.ts';
import { openFilesOf } from '../../../bench/measure/open-files.ts';
import { OriginalServer } from '../connection/original-servers.ts';

async function makeServer(generation: 'current' | 'silent' = 'current'): Promise<OriginalServer> {
  const server = await OriginalServer.start(generation);
  onTestFinished(() => server.close());
  return server;
}

it('counts the messages that a bridge relays, whole and within their time', async () => {
  const chatter = await Chatter.start((await makeServer()).url, 3);
  onTestFinished(() => {
    chatter.close();
  });
  const { received, lost, latenciesMs } = await chatter.talk(300, 200);
  expect(received).toBeGreaterThan(20);
  expect(received).toBeLessThanOrEqual(60);
  expect(lost).toBe(0);
  expect(latenciesMs).toHaveLength(received);
  expect(Math.max(...latenciesMs)).toBeLessThan(1000);
  expect((await chatter.talk(300, 0)).received).toBe(0);
});

it('says what a bridge answers that lets nobody in, and leaves no socket open', async () => {
  const { url, sockets } = await makeServer('silent');
  sockets.on('connection', (socket) => {
    socket.on('open-room', (_room: unknown, answer: (...all: unknown[]) => void) => {
      answer(false, 'Room not available');
    });
  });
  await expect(Chatter.start(url, 1)).rejects.toThrow('open-room of room-0 is answered with false');
  await expect.poll(() => sockets.sockets.sockets.size).toBe(0);
});

it('opens sockets that say nothing, and closes them', async () => {
  const { url, sockets } = await makeServer('silent');
  const close = await openIdleSockets(url, 120);
  expect(sockets.sockets.sockets.size).toBeGreaterThanOrEqual(120);
  close();
  await expect.poll(() => sockets.sockets.sockets.size).toBe(0);
  await expect(openIdleSockets('http://127.0.0.1:1', 1)).rejects.toThrow();
});

it('reads how many files a process may have', () => {
  expect(
    openFilesOf('Max processes  1  2  processes\nMax open files            1024                 4096      files\n'),
  ).toBe(4096);
  expect(openFilesOf('Max open files  1024  unlimited  files')).toBe(Infinity);
  expect(() => openFilesOf('')).toThrow('no open files');
});
