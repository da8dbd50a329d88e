import type { FastifyReply } from 'fastify';

/** What there is of a list from some place on: at most `limit`, and whether there are more. */
export interface Page<T> {
  items: T[];
  more: boolean;
}

/** Cuts a list that was asked for with one more than `limit`. */
export function cut<T>(items: readonly T[], limit: number): Page<T> {
  return { items: items.slice(0, limit), more: items.length > limit };
}

/** Says where the list goes on (RFC 8288). */
export function linkToNext(reply: FastifyReply, path: string, after: string | number, limit: number): void {
  const query = new URLSearchParams({ after: String(after), limit: String(limit) });
  reply.header('link', `<${path}?${query.toString()}>; rel="next"`);
}
