import type { ErrorCode } from '../errors.ts';
import type { Operation } from './operations.ts';

/**
 * Every code that an operation can be answered with: its own, and those that come with what it is: with a body, with something in its
 * address, with a scope, with `If-Match`.
 */
export function errorsOf({ params, query, body, scope, conditional, errors }: Operation): ErrorCode[] {
  const asks = Object.keys(params.shape).length > 0 || body !== null || scope !== null;
  const codes: ErrorCode[] = [
    ...(asks || !acceptsNothing(query) ? (['bad-request'] as const) : []),
    ...(body === null ? [] : (['payload-too-large', 'unsupported-media-type'] as const)),
    ...(scope === null ? [] : (['not-authenticated', 'token-expired', 'token-revoked', 'not-allowed'] as const)),
    'cross-origin',
    'wrong-host',
    'too-many-requests',
    ...(conditional ? (['changed-meanwhile'] as const) : []),
    ...errors,
    // The rooms are not there yet, not any more, or not in this process.
    ...(scope === null ? [] : (['not-found', 'media-unavailable', 'shutting-down'] as const)),
    'internal',
  ];
  return [...new Set(codes)];
}

function acceptsNothing(query: Operation['query']): boolean {
  return 'shape' in query && Object.keys(query.shape as object).length === 0;
}
