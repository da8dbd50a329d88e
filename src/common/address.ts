import type { IncomingMessage } from 'node:http';

/** An IPv4 address that comes over an IPv6 socket is written as such. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * Where a request comes from: its socket's address or, when that is one of a trusted proxy, what the proxy says in
 * `X-Forwarded-For`. Of several, the last that is not a proxy itself counts, as those before it can be made up.
 */
export function addressOf(request: IncomingMessage, trustedProxies: ReadonlySet<string>): string {
  const own = plain(request.socket.remoteAddress ?? '');
  if (!trustedProxies.has(own)) return own;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  const addresses = forwarded.split(',').map((address) => plain(address.trim()));
  return addresses.findLast((address) => address !== '' && !trustedProxies.has(address)) ?? own;
}
