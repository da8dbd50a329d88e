import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { generate } from 'selfsigned';
import { WebstreamerError } from '../protocol/errors.ts';

const CERTIFICATE_FILE = 'certificate.pem';
const KEY_FILE = 'key.pem';
/** Types of names in a certificate (RFC 5280, section 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const DAY_MS = 24 * 60 * 60_000;

/** What certificate to make. */
export interface CertificateOptions {
  /** The folder that the two files go to. */
  out: string;
  /** Host names and IP addresses; by default all that this machine has. */
  names: readonly string[];
  days: number;
  /** Whether files that are there may be replaced. */
  force: boolean;
}

/** The names and addresses by which other machines of the network reach this one. */
export function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  // A link-local IPv6 address is nothing without its interface, which no URL can have.
  const usable = addresses.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'));
  const host = hostname().toLowerCase();
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host) && isIP(host) === 0;
  return [...new Set(['localhost', ...(isName ? [host, `${host}.local`] : []), '127.0.0.1', '::1', ...usable])];
}

function altName(name: string): { type: typeof DNS_NAME; value: string } | { type: typeof IP_ADDRESS; ip: string } {
  if (isIP(name) !== 0) return { type: IP_ADDRESS, ip: name };
  if (/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)) return { type: DNS_NAME, value: name };
  throw new WebstreamerError('bad-config', `--name: ${name} is neither a host name nor an IP address`);
}

/**
 * Makes a certificate that signs itself, for a network without a domain of its own: browsers warn of it once, and then give the
 * camera. Answers where the two PEM files are. Throws `bad-config` when they cannot be written, or are there already.
 */
export async function makeCertificate({ out, names, days, force }: CertificateOptions): Promise<string[]> {
  const [certificate, key] = [CERTIFICATE_FILE, KEY_FILE].map((file) => resolve(join(out, file))) as [string, string];
  const existing = [certificate, key].find((file) => existsSync(file));
  if (existing !== undefined && !force)
    throw new WebstreamerError('bad-config', `${existing} is there already; --force replaces it`);
  const altNames = names.map(altName);
  const notBeforeDate = new Date();
  const pems = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date(notBeforeDate.getTime() + days * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  try {
    mkdirSync(out, { recursive: true });
    writeFileSync(key, pems.private, { mode: 0o600 });
    writeFileSync(certificate, pems.cert);
  } catch (error) {
    throw new WebstreamerError('bad-config', `${out} cannot be written to`, { cause: error });
  }
  return [certificate, key];
}
