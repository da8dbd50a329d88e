// Receives webhooks: checks who they are from, and prints them, each event once.
//
//   WEBHOOK_SECRET='the secret of the configuration' node examples/webhook-receiver.mjs [8080]
//
// In webstreamer's configuration:
//
//   webhooks:
//     - url: http://127.0.0.1:8080/
//       secret: the secret of the configuration
import { Buffer } from 'node:buffer';
import console from 'node:console';
import { createServer } from 'node:http';
import process from 'node:process';
import { verifyWebhook, WebhookError } from 'webstreamer/client';

const port = Number(process.argv[2] ?? 8080);
const secret = process.env.WEBHOOK_SECRET ?? '';
if (secret === '') throw new Error('WEBHOOK_SECRET is not set');
const MAX_BYTES = 1_000_000;

/** The latest ids: a request whose answer got lost comes again. */
const seen = new Set();

/**
 * @param {import('node:http').IncomingMessage} request what came
 * @returns {Promise<Buffer>} its body
 */
async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new WebhookError('not-json', 'the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * @param {import('node:http').IncomingMessage} request what came
 * @param {import('node:http').ServerResponse} response the way back
 */
async function answer(request, response) {
  try {
    const event = await verifyWebhook(request.headers, await bodyOf(request), secret);
    if (!seen.has(event.id)) console.log(`${event.at} ${event.type} ${event.room}`);
    seen.add(event.id);
    if (seen.size > 1000) seen.delete(seen.values().next().value);
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    console.error(`refused: ${error.message}`);
    response.writeHead(401).end();
  }
}

const server = createServer((request, response) => void answer(request, response));
server.listen(port, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(`Waiting for webhooks at http://127.0.0.1:${address.port}/`);
});
