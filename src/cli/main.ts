#!/usr/bin/env node
import { packageInfo } from '../common/package-info.ts';
import type { Config } from '../protocol/config.ts';
import { WebstreamerError } from '../protocol/errors.ts';
import { startBridge, startRooms, startWebstreamer } from '../server/main.ts';
import { greeting, pageUrl } from './greeting.ts';
import { createLogger } from './logger.ts';
import { createProgram } from './program.ts';
import type { Role } from './program.ts';
import { listenForTermination } from './signals.ts';

const STARTERS = { webstreamer: startWebstreamer, bridge: startBridge, rooms: startRooms };

/** Starts a role and keeps it until a signal asks for its end. */
async function run(role: Role, config: Config): Promise<void> {
  const format = config.log.format ?? (process.stdout.isTTY ? 'pretty' : 'json');
  const logger = createLogger({ level: config.log.level, format });
  const termination = listenForTermination();
  try {
    const running = await STARTERS[role](config, { logger });
    if (format === 'pretty') process.stdout.write(`${greeting(role, running.url, config.rooms)}\n`);
    else logger.info({ role, url: running.url, page: pageUrl(role, running.url) }, 'started');
    const signal = await termination.asked;
    logger.info({ signal }, 'closing; a second signal ends the process at once');
    await running.close('shutdown');
    logger.info({}, 'closed');
  } finally {
    termination.stop();
  }
}

try {
  await createProgram(packageInfo(import.meta.url).version, run).parseAsync();
} catch (error) {
  // Known failures are one sentence; anything else is a fault of ours and keeps its stack.
  if (!(error instanceof WebstreamerError)) throw error;
  process.stderr.write(`webstreamer: ${error.message} (${error.code})\n`);
  process.exitCode = 1;
}
