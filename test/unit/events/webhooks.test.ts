import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../../src/client/index.ts';
import type { Logger } from '../../../src/common/logger.ts';
import { EventLog } from '../../../src/server/events/event-log.ts';
import { startWebhooks } from '../../../src/server/events/webhooks.ts';
import type { WebhookResult } from '../../../src/server/events/webhook-queue.ts';
import { WebhookConfig } from '../../../src/protocol/webhook-config.ts';

const SECRET = 'a secret of the tests';
interface Request {
  headers: IncomingMessage['headers'];
  body: string;
}
type Answer = (response: ServerResponse, request: Request) => void;

const PATIENCE = { timeout: 15_000 };

let receiver: Server;
let url: string;
let requests: Request[];
let answer: Answer;
let events: EventLog;
let logged: string[];
let results: WebhookResult[];
let ends: (() => Promise<void>)[];

const logger: Logger = {
  child: () => logger,
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => logged.push(JSON.stringify([fields, message])),
  error: (fields, message) => logged.push(JSON.stringify([fields, message])),
};

beforeEach(async () => {
  [requests, logged, results, ends] = [[], [], [], []];
  answer = (response) => response.writeHead(204).end();
  events = new EventLog({ epoch: 'run' });
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      const received = { headers: request.headers, body };
      requests.push(received);
      answer(response, received);
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/very-secret-path`;
});
afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  receiver.closeAllConnections();
  receiver.close();
});

function start(webhook: Partial<WebhookConfig> = {}, timing = {}): () => Promise<void> {
  const webhooks = [WebhookConfig.parse({ url, secret: SECRET, ...webhook })];
  const end = startWebhooks({
    webhooks,
    events,
    logger,
    onResult: (result) => results.push(result),
    timing: { firstPauseMs: 1, lastDeliveriesMs: 1000, ...timing },
  });
  ends.push(end);
  return end;
}
const deleted = (room: string) => {
  events.publish({ type: 'room-deleted', room });
};
const rooms = () => requests.map(({ body }) => (JSON.parse(body) as { room: string }).room);

describe('a webhook', { timeout: 20_000 }, () => {
  it('is told of events in their order, signed', async () => {
    start();
    for (const room of ['a', 'b', '会议室']) deleted(room);
    await expect.poll(rooms, PATIENCE).toEqual(['a', 'b', '会议室']);
    const [{ headers, body } = { headers: {}, body: '' }] = requests;
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'webstreamer-event': 'room-deleted' });
    expect(headers['webstreamer-delivery']).toMatch(/^[0-9a-f-]{36}$/);
    const event = await verifyWebhook(headers, body, SECRET);
    expect(event).toMatchObject({ type: 'room-deleted', room: 'a', id: 'run-1' });
    await expect(verifyWebhook(headers, body, 'another secret of tests')).rejects.toMatchObject({
      reason: 'wrong-signature',
    });
  });

  it('is told of the events and rooms that it wants, and never of levels', async () => {
    start({ events: ['room-deleted'], rooms: ['a'] });
    events.publish({ type: 'levels', room: 'a', levels: {} });
    events.publish({ type: 'speaking', room: 'a', connection: '1', speaking: true });
    deleted('b');
    deleted('a');
    await expect.poll(rooms, PATIENCE).toEqual(['a']);
    expect(WebhookConfig.safeParse({ url, secret: SECRET, events: ['levels'] }).success).toBe(false);
  });

  it('is tried again until it takes an event; those behind it wait', async () => {
    answer = (response) => response.writeHead(requests.length < 4 ? 500 : 200).end();
    start();
    deleted('a');
    deleted('b');
    await expect.poll(rooms, PATIENCE).toEqual(['a', 'a', 'a', 'a', 'b']);
    const ids = requests.map(({ headers }) => headers['webstreamer-delivery']);
    expect(new Set(ids).size).toBe(2);
    expect(results).toEqual(['failed', 'failed', 'failed', 'delivered', 'delivered']);
  });

  it('is not followed elsewhere: a redirect is a failure, and what was not delivered goes into a file', async () => {
    const elsewhere: string[] = [];
    answer = (response, { body }) => {
      elsewhere.push(body);
      response.writeHead(307, { location: url.replace('hooks', 'elsewhere') }).end();
    };
    const deadLetters = join(mkdtempSync(join(tmpdir(), 'webstreamer-letters-')), 'letters.jsonl');
    const end = start({ deadLetters });
    deleted('a');
    await expect.poll(() => results.at(-1), PATIENCE).toBe('dropped');
    expect(requests).toHaveLength(10);
    await end();
    const [line = '', ...rest] = readFileSync(deadLetters, 'utf8').trimEnd().split('\n');
    expect(rest).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({
      webhook: new URL(url).origin,
      why: 'attempts-exhausted',
      error: 'the receiver answered with status 307',
      event: { type: 'room-deleted', room: 'a', id: 'run-1' },
    });
    expect(logged.join()).not.toMatch(/a secret of the tests|very-secret-path/);
  });

  it('that says nothing, or far too much, holds nobody up', async () => {
    answer = (response) => {
      if (requests.length === 1) return; // never answers
      response.writeHead(200, { 'content-type': 'text/plain' });
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(100_000)));
      };
      response.on('drain', flood);
      flood();
    };
    start({}, { answerMs: 5000 });
    deleted('a');
    deleted('b');
    await expect.poll(rooms, PATIENCE).toEqual(['a', 'a', 'b']);
    await expect.poll(() => results, PATIENCE).toEqual(['failed', 'delivered', 'delivered']);
  });

  it('that is behind loses the oldest, and at the end the rest goes into the log', async () => {
    answer = () => undefined;
    const end = start({}, { lastDeliveriesMs: 20 });
    for (let number = 0; number < 1003; number++) deleted(`${number}`);
    await expect.poll(() => requests.length, PATIENCE).toBe(1);
    expect(logged.map((line) => (JSON.parse(line) as [{ why: string; event: { room: string } }])[0])).toMatchObject(
      ['1', '2', '3'].map((room) => ({ why: 'queue-full', event: { room } })),
    );
    await end();
    expect(logged.filter((line) => line.includes('"why":"shutdown"'))).toHaveLength(1000);
    deleted('later');
    expect(requests).toHaveLength(1);
  });

  it('that is gone is logged without its path', async () => {
    await new Promise((resolve) => receiver.close(resolve));
    start();
    deleted('a');
    await expect.poll(() => results.at(-1), PATIENCE).toBe('dropped');
    expect(logged[0]).toMatch(/ECONNREFUSED/);
    expect(logged.join()).not.toContain('very-secret-path');
  });
});

describe('the configuration of a webhook', () => {
  it.each([
    { url: 'ftp://h/', secret: SECRET },
    { url: 'http://user:password@h/', secret: SECRET },
    { url: 'http://h/', secret: 'short' },
    { url: 'http://h/', secret: SECRET, events: ['nothing'] },
    { url: 'http://h/', secret: SECRET, more: 1 },
  ])('refuses %j', (webhook) => {
    expect(WebhookConfig.safeParse(webhook).success).toBe(false);
  });
});
