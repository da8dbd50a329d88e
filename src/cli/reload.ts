import type { Logger } from '../common/logger.ts';
import type { Config } from '../protocol/config.ts';
import type { Running } from '../server/main.ts';

/** What is needed of a server to change it while it runs. */
export type Reloadable = Pick<Running, 'reloadCertificate' | 'reloadKeys'>;

/** All that a restart is needed for. */
function withoutKeys(config: Config): string {
  return JSON.stringify({ ...config, auth: { ...config.auth, keys: [] } });
}

function reloadKeys(config: Config, readAgain: () => Config, running: Reloadable, logger: Logger): void {
  try {
    const next = readAgain();
    const change = running.reloadKeys(next.auth.keys);
    if (change === null) logger.info({}, 'the configuration was read again; this server asks for no keys');
    else logger.info({ ...change }, 'the keys were read again');
    if (withoutKeys(next) !== withoutKeys(config))
      logger.warn({}, 'the configuration has changed in more than auth.keys: the rest holds after a restart');
  } catch (error) {
    logger.error({ err: error }, 'the configuration cannot be used; the old keys stay');
  }
}

function reloadCertificate(running: Reloadable, logger: Logger): void {
  try {
    running.reloadCertificate();
    logger.info({}, 'the certificate was read again');
  } catch (error) {
    logger.error({ err: error }, 'the certificate cannot be used; the old one stays');
  }
}

/**
 * What can be read again while a server runs, each by itself: the keys of its configuration, where that is in a file (`readAgain` throws
 * `bad-config`), and its certificate. What cannot be used changes nothing.
 */
export function reloadTasks(
  config: Config,
  readAgain: (() => Config) | undefined,
  running: Reloadable,
  logger: Logger,
): (() => void)[] {
  const tasks: (() => void)[] = [];
  if (readAgain)
    tasks.push(() => {
      reloadKeys(config, readAgain, running, logger);
    });
  if (config.tls)
    tasks.push(() => {
      reloadCertificate(running, logger);
    });
  return tasks;
}
