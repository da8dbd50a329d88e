import { destination, pino } from 'pino';
import pinoPretty from 'pino-pretty';
import type { Logger } from '../common/logger.ts';
import type { Config } from '../protocol/config.ts';

/** A logger on standard output: lines for a person, or one JSON object a line. */
export function createLogger({ level, format }: { level: Config['log']['level']; format: 'pretty' | 'json' }): Logger {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  const stdout = destination({ fd: 1, sync: true });
  if (format === 'json') {
    return pino({ ...options, formatters: { level: (label) => ({ level: label }) } }, stdout);
  }
  const pretty = pinoPretty({
    colorize: process.stdout.isTTY,
    sync: true,
    destination: stdout,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname',
    singleLine: true,
  });
  return pino(options, pretty);
}
