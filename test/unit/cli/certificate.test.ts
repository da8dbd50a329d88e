import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate, ownNames } from '../../../src/cli/certificate.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'webstreamer-certificate-'));
});
afterEach(() => rm(out, { recursive: true }));

const options = (names: string[], more = {}) => ({ out, names, days: 30, force: false, ...more });

describe('webstreamer certificate', () => {
  it('makes a certificate for names and addresses, and a key that only its owner reads', async () => {
    const names = ['meet.example', '*.meet.example', '127.0.0.1', '192.0.2.7', '::1'];
    const [certificate, key] = await makeCertificate(options(names));
    const cert = await readFile(certificate!, 'utf8');
    createSecureContext({ cert, key: await readFile(key!, 'utf8') });
    expect((await stat(key!)).mode & 0o777).toBe(0o600);
    const x509 = new X509Certificate(cert);
    for (const name of ['meet.example', 'a.meet.example']) expect(x509.checkHost(name)).toBeDefined();
    for (const address of ['127.0.0.1', '192.0.2.7', '::1']) expect(x509.checkIP(address)).toBe(address);
    expect(x509.checkHost('evil.example')).toBeUndefined();
    expect(x509.ca).toBe(false);
    expect(x509.verify(x509.publicKey)).toBe(true);
    const days = (Date.parse(x509.validTo) - Date.parse(x509.validFrom)) / 86_400_000;
    expect(days).toBeCloseTo(30, 3);
  });

  it('replaces nothing unless it is told to', async () => {
    await makeCertificate(options(['localhost']));
    await expect(makeCertificate(options(['localhost']))).rejects.toThrow(/key\.pem|certificate\.pem/);
    const before = await readFile(join(out, 'certificate.pem'), 'utf8');
    await makeCertificate(options(['localhost'], { force: true }));
    expect(await readFile(join(out, 'certificate.pem'), 'utf8')).not.toBe(before);
  });

  it.each(['<b>', 'a b', '', '1.2.3.4.5:80'])('refuses what is no name: %j', async (name) => {
    await expect(makeCertificate(options([name]))).rejects.toThrow(/neither a host name nor an IP address/);
  });

  it('is for this machine by default', () => {
    expect(ownNames()).toEqual(expect.arrayContaining(['localhost', '127.0.0.1', '::1']));
  });
});
