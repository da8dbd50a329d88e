import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TurnServer } from '../../../src/protocol/ice.ts';

const ADDRESS = '127.0.0.1';
const READY = 'Total General servers';
/** With letters that mean something in a URI. */
const [USERNAME, CREDENTIAL] = ['web@streamer', 'p@ss:w/rd%'];

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, ADDRESS);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Debian's coturn on the loopback, and how it is used. */
export interface RunningTurnServer {
  readonly server: TurnServer;
  close(): Promise<void>;
}

/** Starts a TURN server that nothing but its arguments configures; resolves when it can be used. */
export async function startTurnServer(): Promise<RunningTurnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'turn-'));
  const port = await freePort();
  const child = spawn(
    'turnserver',
    [
      ['-n', '--no-cli', '--no-tls', '--no-dtls', '--no-tcp', '--lt-cred-mech', '--allow-loopback-peers'],
      [`--listening-ip=${ADDRESS}`, `--relay-ip=${ADDRESS}`, `--listening-port=${port}`],
      [`--user=${USERNAME}:${CREDENTIAL}`, '--realm=webstreamer'],
      [`--userdb=${join(folder, 'db')}`, `--pidfile=${join(folder, 'pid')}`, '--log-file=stdout'],
    ].flat(),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ended = once(child, 'exit');
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true });
  };
  let log = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes(READY)) resolve();
    });
  });
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`turnserver has ended: ${log}`);
    }),
  ]);
  return { server: { url: `turn:${ADDRESS}:${port}`, username: USERNAME, credential: CREDENTIAL }, close };
}
