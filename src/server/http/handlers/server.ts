import type { Health, Readiness } from '../../../protocol/http-api/health.ts';
import type { OperationHandlers } from '../routes.ts';

/** What the operations of the tag `server` are built on; `metrics` = Prometheus' text format, and its content type. */
export interface ServerHandlersOptions {
  health: () => Promise<Health>;
  readiness: () => Promise<Readiness>;
  metrics: { readonly contentType: string; text(): Promise<string> };
}

/** Answers the operations of the tag `server`. */
export function serverHandlers({ health, readiness, metrics }: ServerHandlersOptions): OperationHandlers {
  return {
    getHealth: async (_input, reply) => {
      const answer = await health();
      if (answer.status !== 'ok') reply.code(503);
      return answer;
    },
    getReady: async (_input, reply) => {
      const answer = await readiness();
      if (!answer.ready) reply.code(503);
      return answer;
    },
    getMetrics: async (_input, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  };
}
