// The signalling server of npm rtcmulticonnection-server as its own server.js runs it: sockets, and nothing of ours in between.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';

const { addSocket } = createRequire(import.meta.url)('rtcmulticonnection-server') as {
  addSocket: (socket: Socket, config: object) => void;
};

const http = createServer();
new Server(http).on('connection', (socket) => {
  addSocket(socket, {});
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');
console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
process.once('SIGTERM', () => process.exit());
