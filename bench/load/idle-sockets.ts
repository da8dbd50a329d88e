import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import { connected, pageSocket } from './page-socket.ts';

const AT_ONCE = 50;

/** Connects so many sockets of pages that then say nothing; answers what closes them all. Rejects when one cannot connect. */
export async function openIdleSockets(url: string, count: number): Promise<() => void> {
  const sockets: Socket[] = [];
  const close = () => {
    for (const socket of sockets) socket.disconnect();
  };
  const connectSome = async () => {
    while (sockets.length < count) {
      const id = randomUUID();
      const socket = pageSocket(url, id, id);
      sockets.push(socket);
      await connected(socket);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, connectSome));
    return close;
  } catch (error) {
    close();
    throw error;
  }
}
