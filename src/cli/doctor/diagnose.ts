import type { Config } from '../../protocol/config.ts';
import type { Finding } from './finding.ts';
import { checkCertificate, checkNode } from './machine.ts';
import { checkMedia } from './media.ts';
import { checkIceServers, checkMediaPorts, checkPort, checkSecureOrigin } from './network.ts';

/** Everything that can be checked on this machine, for a configuration. */
export async function diagnose(config: Config): Promise<Finding[]> {
  const findings = [
    Promise.resolve(checkNode(process.versions.node)),
    checkPort(config),
    Promise.resolve(checkSecureOrigin(config)),
    Promise.resolve(checkCertificate(config, Date.now())),
    checkMediaPorts(config),
    checkIceServers(config),
  ];
  const before = await Promise.all(findings);
  // The call comes last: it takes ports that others count.
  return [...before.flat(), ...(await checkMedia(config))];
}
