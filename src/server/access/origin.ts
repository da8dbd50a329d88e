import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { WebstreamerError } from '../../protocol/errors.ts';
import { isLoopback } from './loopback.ts';

/** The host and the port of a `Host` header, or null when it is none. */
function parseHost(header: string | undefined): URL | null {
  const text = `http://${header ?? ''}`;
  if (header === undefined || !/^[\w.:[\]~-]+$/.test(header) || !URL.canParse(text)) return null;
  return new URL(text);
}

/** The names by which a server is known, beside addresses. */
export interface OwnNames {
  host: string;
  publicUrl: string | undefined;
}

/**
 * Throws `wrong-host` for a name that is not the server's. Whoever owns a name can point it at this machine and have a page of theirs
 * count as the server's own (DNS rebinding); with an address nobody can.
 */
export function assertOwnHost(header: string | undefined, { host, publicUrl }: OwnNames): void {
  const name = parseHost(header)?.hostname.replace(/^\[|\]$/g, '');
  if (name !== undefined) {
    const machine = hostname().toLowerCase();
    const own = [
      host.toLowerCase(),
      machine,
      `${machine}.local`,
      ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
    ];
    if (isLoopback(name) || isIP(name) !== 0 || own.includes(name)) return;
  }
  throw new WebstreamerError(
    'wrong-host',
    'The request is for another name than this server has; publicUrl in its configuration can name one more',
  );
}

/**
 * Throws `cross-origin` when a page of another origin asks. Browsers say so in `Sec-Fetch-Site` where the server can be trusted with it,
 * else in `Origin`; to open an address of the API in a window of its own is no harm.
 */
export function assertSameOrigin(method: string, headers: IncomingHttpHeaders, publicUrl: string | undefined): void {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (site === 'same-origin' || site === 'none') return;
  const isOpened = method === 'GET' && mode === 'navigate' && destination === 'document';
  const isForeign =
    origin !== undefined && origin !== publicUrl && !(URL.canParse(origin) && new URL(origin).host === host);
  if (isForeign || ((site === 'cross-site' || site === 'same-site') && !isOpened))
    throw new WebstreamerError('cross-origin');
}

/** The origin by which whoever asks has reached the server: `publicUrl`, else what the request says. */
export function originOf(scheme: string, host: string | undefined, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl;
  const parsed = parseHost(host);
  if (parsed === null)
    throw new WebstreamerError('bad-request', 'The request does not say in Host how the server was reached');
  return `${scheme}://${parsed.host}`;
}
