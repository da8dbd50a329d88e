import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SLATE } from '../../src/protocol/media-ipc/view.ts';
import type { Endpoint, MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { pageAnswer, pageMade, pageOffer } from '../unit/worker/fixtures.ts';
import { MUTATIONS, type Spoil, spoiltBy } from './support/spoil.ts';
import { startEngine } from './support/engine.ts';

let engine: MediaEngine;
let room: MediaRoom;

beforeAll(async () => {
  engine = await startEngine();
  room = await engine.createRoom('room');
});
afterAll(() => engine.close());

const screen = (mid: string) => pageMade('video', mid, ['a=msid:screen picture', 'a=ssrc:8 cname:page']);

/** Makes the spoilt offer in the middle of a call, beside one of ours or not, and then goes on as if nothing had been. */
async function offerBadly(spoil: Spoil, crossing = false): Promise<string> {
  const endpoint = await room.createEndpoint();
  try {
    const { sdp } = await endpoint.createOffer();
    await endpoint.acceptAnswer(pageAnswer(sdp));
    await endpoint.setView({ video: [SLATE, { source: 'endpoint', endpoint: 'one' }], audio: [] });
    const ours = crossing ? await endpoint.createOffer() : null;
    const outcome = await endpoint.acceptOffer(spoil(pageOffer(sdp, [screen('0'), screen('1')]))).then(
      ({ answer }) => (answer === null ? 'taken back' : 'answered'),
      (error: unknown) => (error as { code: string }).code,
    );
    await goOn(endpoint, ours?.sdp ?? null);
    return outcome;
  } finally {
    await endpoint.close();
  }
}

async function goOn(endpoint: Endpoint, outstanding: string | null): Promise<void> {
  if (outstanding !== null) await endpoint.acceptAnswer(pageAnswer(outstanding));
  const { sdp, renegotiation } = await endpoint.createOffer();
  expect(renegotiation).toBe(true);
  await endpoint.acceptAnswer(pageAnswer(sdp));
}

const replace =
  (pattern: RegExp, by: string): Spoil =>
  (sdp) =>
    sdp.replace(pattern, by);
const add = (...lines: string[]): Spoil => replace(/a=mid:0/, ['a=mid:0', ...lines].join('\r\n'));

describe('an offer of a page', () => {
  it.each<[string, Spoil]>([
    ['nothing unusual', (sdp) => sdp],
    ['thousands of lines', add(...Array<string>(4_000).fill('a=x:y'))],
    ['thousands of sources', add(...Array.from({ length: 4_000 }, (_, index) => `a=ssrc:${index} cname:x`))],
    ['candidates', add('a=candidate:1 1 udp 1 nowhere.example 9 typ host')],
    ['nonsense in its lines', add('a=extmap:0 x', 'a=ssrc:-1 x:y', 'a=rtcp-fb:* x', 'a=fmtp:96', 'b=AS:-1', 'k=', '=')],
    ['a codec of no use', replace(/96 VP8(?![^]*96 VP8)/, '96 VP7')],
    ['other alphabets', replace(/s=-/, 's=日本語😀\ud83d')],
  ])('is answered, and does no harm, with %s', async (_, spoil) => {
    expect([await offerBadly(spoil), await offerBadly(spoil, true)]).toEqual(['answered', 'taken back']);
  });

  it('with hundreds of m-lines is refused', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => screen(`x${index}`));
    expect(await offerBadly((sdp) => sdp + lines.join(''))).toBe('bad-description');
  });

  it('with random changes is answered or refused, and the worker goes on', async () => {
    const [before] = (await engine.dump()).workers;
    const offers = fc.asyncProperty(MUTATIONS, fc.boolean(), async (mutations, crossing) => {
      const outcome = await offerBadly(spoiltBy(mutations), crossing);
      expect(['bad-description', crossing ? 'taken back' : 'answered']).toContain(outcome);
    });
    await fc.assert(offers, { numRuns: 100, endOnFailure: true });
    const [after] = (await engine.dump()).workers;
    expect([after?.pid, after?.endpoints]).toEqual([before?.pid, 0]);
  });
});
