import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

const HOST = '127.0.0.1';

async function open(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}

const portOf = (socket: Socket) => socket.address().port;

/** Stands on the way between a page and the server: sees every datagram, and loses those of the server that a test wants lost. */
export class UdpProxy {
  /** The port of the server to pass the page's datagrams on to. */
  serverPort = 0;
  /** Looks at each datagram of the server; answers whether it gets lost. */
  onServerDatagram: (datagram: Buffer) => boolean = () => false;
  readonly #page: Socket;
  readonly #server: Socket;
  #pageAddress: RemoteInfo | undefined;

  private constructor(page: Socket, server: Socket) {
    this.#page = page;
    this.#server = server;
    page.on('message', (datagram, address) => {
      this.#pageAddress = address;
      if (this.serverPort) server.send(datagram, this.serverPort, HOST);
    });
    server.on('message', (datagram) => {
      const to = this.#pageAddress;
      if (!this.onServerDatagram(datagram) && to) page.send(datagram, to.port, to.address);
    });
  }

  /** Opens its sockets. */
  static async open(): Promise<UdpProxy> {
    return new UdpProxy(await open(), await open());
  }

  /** The port that the page should take for the server's. */
  get port(): number {
    return portOf(this.#page);
  }

  /** Closes its sockets. */
  close(): void {
    this.#page.close();
    this.#server.close();
  }
}
