import { networkInterfaces } from 'node:os';

/**
 * The addresses to gather ICE candidates on when none are configured: all of the machine's but link-local ones, and the loopback
 * when there is no other (libnice would never end its gathering).
 */
export function localAddresses(interfaces = networkInterfaces()): string[] {
  const all = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address }) => !/^(fe80:|169\.254\.)/i.test(address));
  const outside = all.filter(({ internal }) => !internal);
  const chosen = outside.length > 0 ? outside : all.filter(({ family }) => family === 'IPv4');
  return chosen.map(({ address }) => address);
}
