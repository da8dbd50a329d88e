import { type Command, CommanderError } from 'commander';
import { ApiError, UnreachableError } from '../client/index.ts';
import { WebstreamerError } from '../protocol/errors.ts';

/** The exit codes of the command line. */
const EXIT_CODE = { done: 0, refused: 1, wrongUsage: 2, unreachable: 3 } as const;

/** The command line cannot be meant so. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How the command line ends: what it says, if anything, and its exit code. */
export interface Failure {
  text: string;
  exitCode: number;
}

/** How a known failure is told; undefined for a fault of ours. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError)
    // Commander has said it already; help and version are no failures.
    return { text: '', exitCode: error.exitCode === 0 ? EXIT_CODE.done : EXIT_CODE.wrongUsage };
  if (error instanceof UsageError) return { text: error.message, exitCode: EXIT_CODE.wrongUsage };
  if (error instanceof UnreachableError) {
    const cause = error.cause instanceof Error ? `: ${causeOf(error.cause)}` : '';
    return { text: `${error.message}${cause}`, exitCode: EXIT_CODE.unreachable };
  }
  if (error instanceof ApiError || error instanceof WebstreamerError)
    return { text: `${error.message} (${error.code})`, exitCode: EXIT_CODE.refused };
  return undefined;
}

/** What fetch rejects with says nothing; its cause does. */
function causeOf(error: Error): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message !== '' || !('code' in cause) ? cause.message : String(cause.code);
}

/** Makes a program and all its commands throw where they would end the process. */
export function throwFromAll(command: Command): void {
  command.exitOverride();
  for (const sub of command.commands) throwFromAll(sub);
}
