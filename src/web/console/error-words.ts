import { ApiError, UnreachableError } from '../../client/index.ts';
import type { WordedError, Words } from './words.ts';

function isWorded(code: string, { errors }: Words): code is WordedError {
  return Object.hasOwn(errors, code);
}

/** What went wrong, in words for the operator; the server's own detail belongs to a request that it does not understand. */
export function errorInWords(error: unknown, words: Words): string {
  if (error instanceof UnreachableError) return words.errors.unreachable;
  if (!(error instanceof ApiError))
    return words.errors.unexpected(error instanceof Error ? error.message : String(error));
  if (!isWorded(error.code, words)) return words.errors.unexpected(error.message);
  const text = words.errors[error.code];
  return error.code === 'bad-request' ? `${text} (${error.message})` : text;
}
