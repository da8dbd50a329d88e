#!/usr/bin/env node
import { packageInfo } from '../common/package-info.ts';
import type { Config } from '../protocol/config.ts';
import { diagnose } from './doctor/diagnose.ts';
import { makeCertificate } from './certificate.ts';
import type { CertificateOptions } from './certificate.ts';
import { greeting, pageUrl } from './greeting.ts';
import { failureOf, throwFromAll } from './failure.ts';
import { createLogger } from './logger.ts';
import { createProgram } from './program.ts';
import { reloadTasks } from './reload.ts';
import type { Role } from './program.ts';
import { listenForTermination, onHangup } from './signals.ts';
import { ownTerminal } from './terminal.ts';

/** Loads the server only when one is to be started: the other commands need nothing of it. */
async function starterOf(role: Role) {
  const { startBridge, startRooms, startWebstreamer } = await import('../server/main.ts');
  return { webstreamer: startWebstreamer, bridge: startBridge, rooms: startRooms }[role];
}

/** Starts a role and keeps it until a signal asks for its end. */
async function run(role: Role, config: Config, readAgain?: () => Config): Promise<void> {
  const format = config.log.format ?? (process.stdout.isTTY ? 'pretty' : 'json');
  const logger = createLogger({ level: config.log.level, format });
  const termination = listenForTermination();
  try {
    const starter = await starterOf(role);
    const running = await starter(config, { logger });
    if (format === 'pretty')
      process.stdout.write(`${greeting(role, running.url, config.rooms, running.access.keyFile)}\n`);
    else logger.info({ role, url: running.url, page: pageUrl(role, running.url), access: running.access }, 'started');
    const tasks = reloadTasks(config, readAgain, running, logger);
    // Where nothing can be read again, SIGHUP ends the process, as it does by itself.
    const stopReloading =
      tasks.length === 0
        ? undefined
        : onHangup(() => {
            for (const task of tasks) task();
          });
    const signal = await termination.asked;
    const { deadlineMs } = config.drain;
    if (signal === 'SIGTERM' && deadlineMs > 0) {
      logger.info({ signal, deadlineMs }, 'draining: nobody is taken in any more; a second signal ends the calls');
      await termination.unlessAsked(running.drain());
    }
    stopReloading?.();
    logger.info({ signal }, 'closing; a second signal ends the process at once');
    await running.close('shutdown');
    logger.info({}, 'closed');
  } finally {
    termination.stop();
  }
}

async function certificate(options: CertificateOptions): Promise<void> {
  const [file = '', key = ''] = await makeCertificate(options);
  process.stdout.write(
    `${file} and ${key} are for ${options.names.join(', ')}. In the configuration:\n\n` +
      `host: 0.0.0.0\ntls:\n  certificate: ${file}\n  key: ${key}\n`,
  );
}

// Whoever reads our output may have enough of it, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  const actions = { start: run, makeCertificate: certificate, diagnose, terminal: ownTerminal() };
  const program = createProgram(packageInfo(import.meta.url).version, actions);
  throwFromAll(program);
  await program.parseAsync();
} catch (error) {
  // Known failures are one sentence; anything else is a fault of ours and keeps its stack.
  const failure = failureOf(error);
  if (failure === undefined) throw error;
  if (failure.text !== '') process.stderr.write(`webstreamer: ${failure.text}\n`);
  process.exitCode = failure.exitCode;
}
