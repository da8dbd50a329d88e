import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';

const ADDRESS = '192.168.77.1';

const ip = (...args: string[]) => spawnSync('ip', args);

/** Whether a device can be made here that belongs to the test alone: in a network with nothing but loopback, and where the kernel can. */
export function canHaveLan(): boolean {
  const others = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).filter(({ internal }) => !internal),
  );
  if (others.length > 0) return false;
  const made = ip('link', 'add', 'lan-try', 'type', 'veth', 'peer', 'name', 'lan-try2').status === 0;
  if (made) ip('link', 'delete', 'lan-try');
  return made;
}

/**
 * A network card with a private address and a default route that leads nowhere, as machines at home have it. A browser that may not use
 * camera or microphone tells a page of no other address than that of the default route, and of that one under a name of mDNS.
 */
export class PrivateLan {
  readonly address = ADDRESS;

  constructor() {
    for (const words of [
      'link add lan type veth peer name lan-end',
      `addr add ${ADDRESS}/24 dev lan`,
      'link set lan up',
      'link set lan-end up',
      'route add default via 192.168.77.254 dev lan',
    ]) {
      const { status, stderr } = ip(...words.split(' '));
      if (status !== 0) throw new Error(`ip ${words}: ${stderr.toString()}`);
    }
  }

  /** Removes the card. */
  close(): void {
    ip('link', 'delete', 'lan');
  }
}
