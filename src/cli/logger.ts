import { destination, pino } from 'pino';
import type { LoggerOptions } from 'pino';
import pinoPretty from 'pino-pretty';
import type { Logger } from '../common/logger.ts';
import type { Config } from '../protocol/config.ts';

/** Pino's number of the level `error`. */
const ERROR_LEVEL = 50;

/** What a line says of an error: errors of libraries can carry whole requests along. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}

/** A warning needs the error's words only; where an error came from is for lines that somebody must look into. */
const OPTIONS: LoggerOptions = {
  base: null,
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  serializers: { err: describeError },
  hooks: {
    logMethod(args, method, level) {
      const [fields] = args as unknown[];
      const err: unknown = typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : undefined;
      if (level < ERROR_LEVEL && err instanceof Error) args[0] = { ...(fields as object), err: err.message };
      method.apply(this, args);
    },
  },
};

/** A logger on standard output: lines for a person, or one JSON object a line. */
export function createLogger({ level, format }: { level: Config['log']['level']; format: 'pretty' | 'json' }): Logger {
  const stdout = destination({ fd: 1, sync: true });
  if (format === 'json')
    return pino({ ...OPTIONS, level, formatters: { level: (label) => ({ level: label }) } }, stdout);
  const pretty = pinoPretty({
    colorize: process.stdout.isTTY,
    sync: true,
    destination: stdout,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  return pino({ ...OPTIONS, level }, pretty);
}
