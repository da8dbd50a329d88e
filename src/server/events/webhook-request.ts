import { createHmac } from 'node:crypto';

/** How long a receiver may take to answer. */
const ANSWER_MS = 10_000;

/** One event on its way to one receiver. */
export interface Delivery {
  /** Stays the same however often it is tried. */
  id: string;
  type: string;
  /** The event as JSON. */
  body: string;
}

/** `v1=` and the HMAC-SHA256 of `<timestamp>.<body>` in hexadecimal digits; `timestamp` in seconds since 1970. */
export function signatureOf(secret: string, timestamp: number, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** Where and how a delivery is posted. */
export interface Destination {
  url: string;
  secret: string;
  /** In seconds since 1970. */
  timestamp: number;
  signal: AbortSignal;
  answerMs?: number;
}

/**
 * Posts a delivery; resolves when the receiver has answered with a status of 2xx. What the answer says is not read, and redirects are
 * not followed: the signature is for whom the configuration names.
 */
export async function post({ id, type, body }: Delivery, to: Destination): Promise<void> {
  const signal = AbortSignal.any([to.signal, AbortSignal.timeout(to.answerMs ?? ANSWER_MS)]);
  const response = await fetch(to.url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'webstreamer',
      'webstreamer-event': type,
      'webstreamer-delivery': id,
      'webstreamer-timestamp': String(to.timestamp),
      'webstreamer-signature': signatureOf(to.secret, to.timestamp, body),
    },
    body,
    signal,
  });
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw new Error(`the receiver answered with status ${response.status}`);
}
