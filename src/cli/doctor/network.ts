import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../../protocol/config.ts';
import { broken, fine, type Finding, warning } from './finding.ts';
import { allocateRelay, askStunServer } from './stun.ts';

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function webstreamerAnswers({ host, port, tls }: Config): Promise<boolean> {
  const own = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host;
  const signal = AbortSignal.timeout(2000);
  const answer = await fetch(`${tls ? 'https' : 'http'}://${own}:${port}/api/v1/health`, { signal }).catch(() => null);
  const body: unknown = await answer?.json().catch(() => null);
  return typeof body === 'object' && body !== null && 'uptimeSeconds' in body;
}

/** Whether the port that HTTP needs is free. */
export async function checkPort(config: Config): Promise<Finding[]> {
  const { host, port } = config;
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return [fine('port', `TCP port ${port} of ${host} is free`)];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' && (await webstreamerAnswers(config)))
      return [fine('port', `a webstreamer runs on port ${port} of ${host}`)];
    if (code === 'EADDRINUSE')
      return [
        broken(
          'port',
          `TCP port ${port} of ${host} is in use by another program`,
          'Choose another with --port, or end that program.',
        ),
      ];
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      return [
        broken(
          'port',
          `${host} is no address of this machine`,
          'Set host to an address of this machine, or to 0.0.0.0 for all.',
        ),
      ];
    return [
      broken(
        'port',
        `TCP port ${port} of ${host} cannot be used: ${reasonOf(error)}`,
        'Choose a port above 1023, or allow this one.',
      ),
    ];
  } finally {
    server.close();
  }
}

/** The rule that browsers have for cameras. */
export function checkSecureOrigin({ host, tls }: Config): Finding[] {
  if (tls !== undefined) return [fine('secure-origin', 'pages are served by https: browsers give them the camera')];
  if (isLoopback(host))
    return [
      fine(
        'secure-origin',
        'pages are for this machine only: browsers give them the camera at http://localhost, or behind a reverse proxy with https',
      ),
    ];
  return [
    warning(
      'secure-origin',
      `host is ${host} without tls: browsers of other machines give no camera to http pages`,
      'Set tls ("webstreamer certificate" makes one), or let a reverse proxy serve https.',
    ),
  ];
}

async function isFree(port: number, address: string): Promise<boolean> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** The UDP ports for media. */
export async function checkMediaPorts({ ice: { portRange, addresses }, rooms }: Config): Promise<Finding[]> {
  if (portRange === undefined)
    return [
      fine('media-ports', 'media use any UDP port; a firewall must let UDP in, or set ice.portRange and open that'),
    ];
  const { min, max } = portRange;
  const ports = Array.from({ length: max - min + 1 }, (_, index) => min + index);
  const address = addresses[0] ?? '0.0.0.0';
  let free = 0;
  // One at a time: a range may have thousands, and a process so many sockets at once.
  for (const port of ports) if (await isFree(port, address)) free++;
  const connections = rooms.reduce((sum, room) => sum + room.connections.length, 0);
  const what = `${free} of the ${ports.length} UDP ports ${min} to ${max} are free; a firewall must let them in`;
  if (free === 0) return [broken('media-ports', what, 'Set another ice.portRange, or end what uses these ports.')];
  if (free < connections)
    return [
      warning(
        'media-ports',
        `${what}; the rooms have ${connections} connections`,
        'Make ice.portRange larger: each person needs a port.',
      ),
    ];
  return [fine('media-ports', what)];
}

/** The STUN and TURN servers of the configuration, each really asked. */
export async function checkIceServers({ ice: { stunServer, turnServers } }: Config): Promise<Finding[]> {
  const stun = async (url: string) => {
    try {
      return fine('stun', `${url} sees this machine as ${await askStunServer(url)}`);
    } catch (error) {
      return broken('stun', `${url}: ${reasonOf(error)}`, 'Look at ice.stunServer, and let UDP out to it.');
    }
  };
  const turn = async (server: (typeof turnServers)[number]) => {
    try {
      return fine('turn', `${server.url} relays at ${await allocateRelay(server)}`);
    } catch (error) {
      return broken(
        'turn',
        `${server.url}: ${reasonOf(error)}`,
        'Look at ice.turnServers, its name and credential, and let UDP out to it.',
      );
    }
  };
  return Promise.all([...(stunServer === undefined ? [] : [stun(stunServer)]), ...turnServers.map(turn)]);
}
