import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../src/cli/certificate.ts';
import { findingsText } from '../../../src/cli/commands/doctor.ts';
import { checkCertificate, checkNode } from '../../../src/cli/doctor/machine.ts';
import { checkMedia } from '../../../src/cli/doctor/media.ts';
import { checkIceServers, checkMediaPorts, checkPort, checkSecureOrigin } from '../../../src/cli/doctor/network.ts';
import { Config, type ConfigInput } from '../../../src/protocol/config.ts';
import { startTurnServer } from '../../e2e/support/turn-server.ts';

const config = (input: ConfigInput = {}) => Config.parse(input);
const LOCAL = { addresses: ['127.0.0.1'] };

describe('the doctor', () => {
  it('knows which Node is new enough', () => {
    const statuses = ['18.20.0', '20.18.9', '20.19.0', '24.0.0'].map((version) => checkNode(version)[0]!.status);
    expect(statuses).toEqual(['broken', 'broken', 'ok', 'ok']);
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe('>=20.19');
  });

  it('tries the port', async () => {
    const other = createServer((_request, response) => response.end('something else')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await checkPort(config({ port }))).toMatchObject([
      { status: 'broken', what: expect.stringMatching(/another program/) as string },
    ]);
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
    expect(await checkPort(config({ port }))).toMatchObject([{ status: 'ok' }]);
    expect(await checkPort(config({ host: '203.0.113.9' }))).toMatchObject([
      { status: 'broken', what: expect.stringMatching(/no address/) as string },
    ]);
  });

  it('knows where browsers give the camera', () => {
    expect(checkSecureOrigin(config())).toMatchObject([{ status: 'ok' }]);
    expect(checkSecureOrigin(config({ host: '0.0.0.0' }))).toMatchObject([{ status: 'warning' }]);
  });

  it('reads the certificate and its dates', async () => {
    const out = mkdtempSync(join(tmpdir(), 'webstreamer-doctor-'));
    const [certificate = '', key = ''] = await makeCertificate({ out, names: ['localhost'], days: 30, force: false });
    const after = (days: number) => checkCertificate({ tls: { certificate, key } }, Date.now() + days * 86_400_000);
    expect([after(1), after(20), after(31), after(-2)].map(([finding]) => finding?.status)).toEqual([
      'ok',
      'warning',
      'broken',
      'broken',
    ]);
    expect(checkCertificate({ tls: { certificate: key, key } }, 0)).toMatchObject([{ status: 'broken' }]);
  });

  it('counts the ports for media', async () => {
    const ports = (min: number, max: number) => checkMediaPorts(config({ ice: { ...LOCAL, portRange: { min, max } } }));
    expect(await ports(42_200, 42_219)).toMatchObject([
      { status: 'ok', what: expect.stringMatching(/20 of the 20/) as string },
    ]);
    expect(await ports(42_200, 42_203)).toMatchObject([
      { status: 'warning', what: expect.stringMatching(/have 8 connections/) as string },
    ]);
  });

  it('has a relay given by a real TURN server, and says why not', { timeout: 60_000 }, async () => {
    const { server, close } = await startTurnServer();
    const stunServer = server.url.replace('turn:', 'stun:');
    const wrong = { ...server, credential: 'wrong' };
    const findings = await checkIceServers(config({ ice: { stunServer, turnServers: [server, wrong] } }));
    await close();
    expect(findings).toMatchObject([
      { check: 'stun', status: 'ok', what: expect.stringMatching(/sees this machine as 127\.0\.0\.1:\d+$/) as string },
      { check: 'turn', status: 'ok', what: expect.stringMatching(/relays at 127\.0\.0\.1:\d+$/) as string },
      { check: 'turn', status: 'broken', what: expect.stringMatching(/refuses with 401/) as string },
    ]);
    expect(JSON.stringify(findings)).not.toContain(server.credential);
    const silent = await checkIceServers(config({ ice: { stunServer } }));
    expect(silent).toMatchObject([{ status: 'broken' }]);
  });

  it('makes a real call', { timeout: 90_000 }, async () => {
    const findings = await checkMedia(config({ ice: LOCAL }));
    expect(findings).toMatchObject([
      { check: 'binding', status: 'ok' },
      { check: 'gstreamer', status: 'ok' },
      {
        check: 'candidates',
        status: 'warning',
        what: expect.stringMatching(/127\.0\.0\.1 udp \d+ \(host\)/) as string,
      },
      { check: 'call', status: 'ok', what: expect.stringMatching(/first picture after \d+ ms/) as string },
    ]);
  });

  it('says what to do in words', () => {
    const text = findingsText([
      { check: 'node', status: 'ok', what: 'Node 20', todo: null },
      { check: 'port', status: 'broken', what: 'in use', todo: 'Choose another.' },
    ]);
    expect(text).toBe(
      'ok       node: Node 20\nBROKEN   port: in use\n         Choose another.\n\n1 broken, 0 to look at.\n',
    );
  });
});
