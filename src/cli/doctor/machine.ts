import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Config } from '../../protocol/config.ts';
import { broken, fine, type Finding, warning } from './finding.ts';

/** The least that webstreamer runs on; package.json says the same. */
const LEAST_NODE = [20, 19] as const;
const DAY_MS = 86_400_000;
/** A certificate that ends sooner should be renewed. */
const SOON_DAYS = 14;

/** Whether Node is new enough. */
export function checkNode(version: string): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (isEnough) return [fine('node', `Node ${version}`)];
  return [broken('node', `Node ${version} is too old`, `Install Node ${LEAST_NODE.join('.')} or newer.`)];
}

/** Whether the certificate can be used, and for how long; `nowMs` = milliseconds since 1970. */
export function checkCertificate({ tls }: Pick<Config, 'tls'>, nowMs: number): Finding[] {
  if (tls === undefined) return [];
  const { certificate, key } = tls;
  let from: number;
  let to: number;
  try {
    const pem = readFileSync(certificate, 'utf8');
    createSecureContext({ cert: pem, key: readFileSync(key, 'utf8') });
    const parsed = new X509Certificate(pem);
    [from, to] = [Date.parse(parsed.validFrom), Date.parse(parsed.validTo)];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      broken(
        'certificate',
        `${certificate} and ${key} cannot be used: ${why}`,
        'Set tls to PEM files that belong together.',
      ),
    ];
  }
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  if (nowMs < from)
    return [
      broken('certificate', `${certificate} is good only from ${day(from)}`, 'Look at the clock of this machine.'),
    ];
  if (nowMs > to)
    return [broken('certificate', `${certificate} ended on ${day(to)}`, 'Renew it, and send webstreamer SIGHUP.')];
  if (to - nowMs < SOON_DAYS * DAY_MS)
    return [warning('certificate', `${certificate} ends on ${day(to)}`, 'Renew it, and send webstreamer SIGHUP.')];
  return [fine('certificate', `${certificate} is good until ${day(to)}`)];
}
