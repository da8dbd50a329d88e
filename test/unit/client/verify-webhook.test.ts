import { describe, expect, it } from 'vitest';
import { verifyWebhook, WebhookError } from '../../../src/client/index.ts';
import { signatureOf } from '../../../src/server/events/webhook-request.ts';

const SECRET = 'a secret of the tests';
const BODY = JSON.stringify({ type: 'room-deleted', room: '会议室', id: 'run-1', at: '2026-01-01T00:00:00.000Z' });
const SECONDS = 1_800_000_000;
const now = SECONDS * 1000;
const headers = (more: Record<string, string> = {}, body = BODY) => ({
  'webstreamer-timestamp': String(SECONDS),
  'webstreamer-signature': signatureOf(SECRET, SECONDS, body),
  ...more,
});

describe('verifyWebhook', () => {
  it('answers the event of a request that is signed', async () => {
    expect(await verifyWebhook(headers(), BODY, SECRET, { now })).toEqual(JSON.parse(BODY));
    expect(await verifyWebhook(new Headers(headers()), Buffer.from(BODY), SECRET, { now })).toMatchObject({
      id: 'run-1',
    });
  });

  it('takes one good signature out of several, so that secrets can be changed', async () => {
    const signatures = `v1=${'0'.repeat(64)}, ${signatureOf(SECRET, SECONDS, BODY)}, v2=else`;
    expect(await verifyWebhook(headers({ 'webstreamer-signature': signatures }), BODY, SECRET, { now })).toBeTruthy();
  });

  it.each([
    ['no-signature', {}, BODY, now],
    ['no-signature', { 'webstreamer-timestamp': String(SECONDS) }, BODY, now],
    ['wrong-signature', headers(), `${BODY} `, now],
    ['wrong-signature', headers({ 'webstreamer-timestamp': String(SECONDS + 1) }), BODY, now],
    ['wrong-signature', headers({ 'webstreamer-signature': 'v1=00' }), BODY, now],
    ['wrong-signature', headers({ 'webstreamer-signature': signatureOf(SECRET, SECONDS, BODY).slice(3) }), BODY, now],
    ['too-old', headers(), BODY, now + 301_000],
    ['too-old', headers(), BODY, now - 301_000],
    ['not-json', headers({}, 'x'), 'x', now],
  ])('refuses what is %s', async (reason, given, body, at) => {
    const error = await verifyWebhook(given, body, SECRET, { now: at }).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(WebhookError);
    expect(error).toMatchObject({ reason });
  });
});
