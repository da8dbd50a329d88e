import type { TimedEvent } from '../protocol/http-api/event.ts';

/** What came is not from the webstreamer that knows the secret, or is too old; `reason` says which. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly reason: 'no-signature' | 'wrong-signature' | 'too-old' | 'not-json';

  constructor(reason: WebhookError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Headers as fetch has them, or as Node's http server has them. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

/** `maxAgeSeconds` = how old a request may be, 300 without it; `now` in milliseconds since 1970, the present without it. */
export interface VerifyOptions {
  maxAgeSeconds?: number;
  now?: number;
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new WebhookError('no-signature', `there is no header ${name}`);
}

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

/**
 * The event that a webhook was sent, when it is from whom it should be. `body` is what came, byte for byte, before anything has parsed
 * it; header names are in lower case. Rejects with a {@link WebhookError}.
 */
export async function verifyWebhook(
  headers: WebhookHeaders,
  body: string | Uint8Array,
  secret: string,
  { maxAgeSeconds = 300, now = Date.now() }: VerifyOptions = {},
): Promise<TimedEvent> {
  const timestamp = headerOf(headers, 'webstreamer-timestamp');
  const signatures = headerOf(headers, 'webstreamer-signature').split(',');
  const encoder = new TextEncoder();
  const content = typeof body === 'string' ? encoder.encode(body) : body;
  const prefix = encoder.encode(`${timestamp}.`);
  const signed = new Uint8Array(prefix.length + content.length);
  signed.set(prefix);
  signed.set(content, prefix.length);
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), hmac, false, ['verify']);
  // `verify` compares in constant time.
  const checks = signatures.map((signature) => {
    const [, hex] = /^\s*v1=([0-9a-f]{64})\s*$/.exec(signature) ?? [];
    return hex === undefined ? Promise.resolve(false) : crypto.subtle.verify('HMAC', key, bytesOf(hex), signed);
  });
  const results = await Promise.all(checks);
  if (!results.includes(true)) throw new WebhookError('wrong-signature', 'the signature does not fit the secret');
  const age = Math.abs(now / 1000 - Number(timestamp));
  if (!(age <= maxAgeSeconds)) throw new WebhookError('too-old', `it was signed ${Math.round(age)} seconds ago`);
  try {
    return JSON.parse(new TextDecoder().decode(content)) as TimedEvent;
  } catch {
    throw new WebhookError('not-json', 'the body is no JSON');
  }
}
