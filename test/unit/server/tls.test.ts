import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../src/cli/certificate.ts';
import { silentLogger } from '../../../src/common/logger.ts';
import { Config } from '../../../src/protocol/config.ts';
import { type Running, startWebstreamer } from '../../../src/server/main.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';

let folder: string;
let tls: { certificate: string; key: string };
let server: Running;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webstreamer-tls-'));
  const [certificate = '', key = ''] = await make();
  tls = { certificate, key };
  server = await start(tls);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

// The name that own links use is not in it: they need not be told whom they talk to.
const make = () => makeCertificate({ out: folder, names: ['meet.example'], days: 1, force: true });
const start = (files: object) =>
  startWebstreamer(Config.parse({ port: 0, tls: files }), { logger: silentLogger, engine: new FakeMediaEngine() });

async function get(path: string): Promise<{ status: number | undefined; body: string }> {
  const ca = await readFile(tls.certificate);
  const options = { host: '127.0.0.1', port: server.port, path, ca, servername: 'meet.example' };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        resolve({ status: response.statusCode, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** The fingerprint of the certificate that a new connection gets. */
function fingerprint(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    }).on('error', reject);
  });
}

describe('a server with a certificate', () => {
  it('has pages, API, metrics and signalling on https', async () => {
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    expect((await get('/dist/RTCMultiConnection.min.js')).status).toBe(200);
    expect((await get('/api/v1/health')).body).toContain('"status":"ok"');
    expect((await get('/metrics')).body).toContain('webstreamer_bridge_rooms 8');
    const socket = io(server.url, {
      transports: ['websocket'],
      rejectUnauthorized: false,
      query: { userid: 'page', msgEvent: 'video-conference-demo' },
    });
    // The rooms have come by https as well.
    expect(await socket.timeout(5000).emitWithAck('join-room', { sessionid: '1' })).toBe(true);
    socket.disconnect();
  });

  it('serves another one when it was renewed, and keeps the old one when that cannot be used', async () => {
    const before = await fingerprint();
    await make();
    server.reloadCertificate();
    const renewed = await fingerprint();
    expect(renewed).not.toBe(before);
    await writeFile(tls.key, 'no key');
    expect(() => {
      server.reloadCertificate();
    }).toThrow(/cannot be used/);
    expect(await fingerprint()).toBe(renewed);
    await make();
  });

  it.each([
    [{ certificate: '/does/not/exist.pem', key: '/does/not/exist.pem' }, /tls\.certificate: .* cannot be read/],
    [{ certificate: 'package.json', key: 'package.json' }, /tls: .* cannot be used/],
  ])('does not start with files that are none: %j', async (files, problem) => {
    await expect(start(files)).rejects.toThrow(problem);
  });
});
