import { randomUUID } from 'node:crypto';
import type { Logger } from '../../common/logger.ts';
import type { WebhookConfig } from '../../protocol/webhook-config.ts';
import { DeadLetters } from './dead-letters.ts';
import type { EventLog, ToldEvent } from './event-log.ts';
import { WebhookQueue, type WebhookQueueOptions, type WebhookResult } from './webhook-queue.ts';

/** What webhooks work with; `timing` is for tests. */
export interface WebhooksOptions {
  webhooks: readonly WebhookConfig[];
  events: Pick<EventLog, 'listen'>;
  logger: Logger;
  onResult?: (result: WebhookResult) => void;
  timing?: Pick<WebhookQueueOptions, 'firstPauseMs' | 'answerMs' | 'lastDeliveriesMs'>;
}

/** What failed, in one sentence: what fetch rejects with keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function startWebhook(config: WebhookConfig, { events, logger, onResult, timing }: WebhooksOptions) {
  // Paths and queries of such addresses are often secrets.
  const webhook = new URL(config.url).origin;
  const letters = new DeadLetters(config.deadLetters, logger);
  const queue = new WebhookQueue({
    url: config.url,
    secret: config.secret,
    onResult,
    onUndelivered: ({ id, body }, why, error) => {
      const event: unknown = JSON.parse(body);
      letters.add({ at: new Date().toISOString(), webhook, delivery: id, why, error: reasonOf(error), event });
    },
    onFailure: ({ id }, attempt, error) => {
      logger.warn({ webhook, delivery: id, attempt, reason: reasonOf(error) }, 'a webhook does not take an event');
    },
    ...timing,
  });
  const isWanted = ({ event }: ToldEvent) =>
    event.type !== 'levels' &&
    (config.events?.includes(event.type) ?? true) &&
    (config.rooms?.includes(event.room) ?? true);
  const stop = events.listen((told) => {
    if (isWanted(told)) queue.push({ id: randomUUID(), type: told.event.type, body: told.json });
  });
  return async () => {
    stop();
    await queue.close();
    await letters.written();
  };
}

/** Tells the receivers of the configuration of events; what is returned ends that, within seconds. */
export function startWebhooks(options: WebhooksOptions): () => Promise<void> {
  const ends = options.webhooks.map((webhook) => startWebhook(webhook, options));
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
