import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server, type Socket } from 'socket.io';
import { webFile } from './pages.ts';

const { addSocket } = createRequire(import.meta.url)('rtcmulticonnection-server') as {
  addSocket: (socket: Socket, config: object) => void;
};

/** A web server with npm rtcmulticonnection-server: signalling only, so that browsers in a room send to each other. */
export interface MeshServer {
  origin: string;
  /** How many sockets are open. */
  sockets(): number;
  /** Breaks the socket of a page, as a bad network does. */
  dropSocket(userId: string): void;
  close(): Promise<void>;
}

/** Starts a mesh server on a free port of this machine. */
export async function startMeshServer(): Promise<MeshServer> {
  const server = createServer((request, response) => {
    const found = webFile(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    readFile(found.file).then(
      (body) => response.writeHead(200, { 'content-type': found.type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  // A browser that is still connecting while the server closes would hold it open for as long as it lives.
  const connections = new Set<Duplex>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  const sockets = new Server(server);
  sockets.on('connection', (socket) => {
    addSocket(socket, {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    sockets: () => sockets.sockets.sockets.size,
    dropSocket: (userId) => {
      for (const socket of sockets.sockets.sockets.values())
        if (socket.handshake.query.userid === userId) socket.conn.close();
    },
    close: async () => {
      const closed = sockets.close();
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}
