import { describe, expect, it, vi } from 'vitest';
import type { StreamRef } from '../../../src/protocol/media-ipc/view.ts';
import { Negotiation } from '../../../src/worker/negotiation.ts';
import { mediaIds, splitDescription } from '../../../src/worker/page-description.ts';
import { pageAnswer, pageMade, pageOffer, webrtcbinOffer } from './fixtures.ts';

const OPTIONS = { cname: 'user1@host', soundSsrc: 99, maxVideoBitrateBps: 1_000_000 };
const refs = (text: string) => Array.from(text).map((endpoint): StreamRef => ({ source: 'endpoint', endpoint }));
const SCREEN = pageMade('video', '0', ['a=msid:screen picture']);

/** A negotiation in which the page has answered an offer with a box for each letter. */
async function scene(streams: string) {
  const negotiation = new Negotiation(OPTIONS);
  negotiation.setStreams(refs(streams));
  const slots: number[] = [];
  const createServerOffer = vi.fn(() => Promise.resolve(webrtcbinOffer()));
  const offer = async () => {
    while (slots.length < negotiation.slotsNeeded) slots.push(100 + slots.length);
    return (await negotiation.offer(slots, createServerOffer)).sdp;
  };
  const answer = (sdp: string) => negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
  let ours = await offer();
  await answer(ours);
  const take = (sdp: string) => {
    const taken = negotiation.acceptOffer(sdp, slots);
    ours = taken?.sdp ?? ours;
    return taken;
  };
  return { negotiation, offer, answer, take, createServerOffer, agreed: () => ours };
}

const sections = (sdp: string) => splitDescription(sdp).media;
const directions = (sdp: string) =>
  sections(sdp).map((lines) => lines.find((line) => /^a=(send|recv|inactive)/.test(line))?.slice(2));
const heads = (sdp: string) => sections(sdp).map(([head]) => head?.split(' ').slice(0, 2).join(' '));

describe('an offer of the page', () => {
  it('is answered with what is sent to it as before, and with the new m-line taken', async () => {
    const { take, agreed } = await scene('ab');
    const before = agreed();
    const answer = take(pageOffer(before, [SCREEN]));
    expect(mediaIds(answer?.sdp ?? '')).toEqual(['audio0', 'video1', 'video2', '0']);
    expect(directions(answer?.sdp ?? '')).toEqual(['sendrecv', 'sendrecv', 'sendonly', 'recvonly']);
    const msids = (sdp: string) => sdp.match(/^a=msid:.*$/gm);
    expect(msids(answer?.sdp ?? '')).toEqual(msids(before));
    expect(Object.keys(answer?.streams ?? {})).toHaveLength(2);
  });

  it('is answered in the DTLS role that we have, bundled, with a port, in our codecs, and with a limit to the upload', async () => {
    const { take, agreed } = await scene('a');
    const sdp = take(pageOffer(agreed(), [SCREEN]))?.sdp ?? '';
    const screen = sections(sdp)[2] ?? [];
    expect(sdp.match(/a=setup:\w+/g)).toEqual(Array(3).fill('a=setup:passive'));
    expect(sdp).toContain('a=group:BUNDLE audio0 video1 0\r\n');
    expect(heads(sdp)).toEqual(['m=audio 9', 'm=video 9', 'm=video 9']);
    expect(screen[0]).toBe('m=video 9 UDP/TLS/RTP/SAVPF 96');
    expect(screen).toContain('b=TIAS:1000000');
    expect(sdp).not.toMatch(/AV1|bundle-only/);
  });

  it('lets the page send on an m-line of a slot, on which a box is shown as well', async () => {
    const { take, agreed, offer, negotiation } = await scene('ab');
    const reused = pageOffer(agreed()).replace('a=recvonly', 'a=sendrecv');
    expect(directions(take(reused)?.sdp ?? '')).toEqual(['sendrecv', 'sendrecv', 'sendrecv']);
    negotiation.setStreams(refs('a'));
    negotiation.setStreams(refs('ac'));
    expect(directions(await offer())).toEqual(['sendrecv', 'sendrecv', 'sendrecv']);
  });

  it('leaves its m-lines in their places in our own offers, with the further slots behind them', async () => {
    const { take, agreed, offer, answer, negotiation, createServerOffer } = await scene('a');
    take(pageOffer(agreed(), [SCREEN]));
    expect(negotiation.needed).toBe(false);
    negotiation.setStreams(refs('ab'));
    const sdp = await offer();
    expect(mediaIds(sdp)).toEqual(['audio0', 'video1', '0', 'video3']);
    expect(directions(sdp)).toEqual(['sendrecv', 'sendrecv', 'recvonly', 'sendonly']);
    await answer(sdp);
    expect(negotiation.shown).toEqual(refs('ab'));
    expect(createServerOffer).toHaveBeenCalledOnce();
  });

  it('that lacks an m-line’s media says so in the answer, and gets them back later', async () => {
    const { take, agreed } = await scene('a');
    const sharing = take(pageOffer(agreed(), [SCREEN]))?.sdp ?? '';
    const stopped = take(pageOffer(sharing).replace(/a=sendonly(?=[^]*a=mid:0)/, 'a=inactive'))?.sdp ?? '';
    expect(directions(stopped)).toEqual(['sendrecv', 'sendrecv', 'inactive']);
    expect(directions(take(pageOffer(sharing))?.sdp ?? '')).toEqual(['sendrecv', 'sendrecv', 'recvonly']);
  });

  it('is refused in part where it is of no codec of ours, and where it asks for what we do not have', async () => {
    const { take, agreed, offer, answer, negotiation } = await scene('a');
    const other = SCREEN.replace('96 VP8/90000', '96 H265/90000').replace('a=mid:0', 'a=mid:1');
    const data = pageMade('application', '2');
    const sdp = take(pageOffer(agreed(), [SCREEN, other, data]))?.sdp ?? '';
    expect(heads(sdp)).toEqual(['m=audio 9', 'm=video 9', 'm=video 9', 'm=video 0', 'm=application 0']);
    expect(sdp).toContain('a=group:BUNDLE audio0 video1 0\r\n');
    negotiation.setStreams(refs('ab'));
    const next = await offer();
    expect(heads(next).slice(3)).toEqual(['m=video 0', 'm=application 0', 'm=video 9']);
    expect(next).toContain('a=group:BUNDLE audio0 video1 0 video5\r\n');
    await answer(next);
    expect(negotiation.shown).toEqual(refs('ab'));
  });
});

describe('an offer of the page that meets one of ours', () => {
  it('is not answered, and what it wanted to send is in our next offer', async () => {
    const { take, agreed, negotiation, offer, answer } = await scene('a');
    const crossing = pageOffer(agreed(), [SCREEN]);
    negotiation.setStreams(refs('ab'));
    const sdp = await offer();
    expect([take(crossing), take(crossing)]).toEqual([null, null]);
    await answer(sdp);
    expect(negotiation.needed).toBe(true);
    const next = await offer();
    expect(mediaIds(next)).toEqual(['audio0', 'video1', 'video2', 'video3']);
    expect(directions(next)).toEqual(['sendrecv', 'sendrecv', 'sendonly', 'recvonly']);
    await answer(next);
    expect(negotiation.needed).toBe(false);
  });

  it('may send on a slot’s m-line after our next offer', async () => {
    const { take, agreed, negotiation, offer, answer } = await scene('ab');
    const crossing = pageOffer(agreed()).replace('a=recvonly', 'a=sendrecv');
    negotiation.setStreams(refs('abc'));
    const sdp = await offer();
    expect(take(crossing)).toBeNull();
    await answer(sdp);
    expect(directions(await offer())).toEqual(['sendrecv', 'sendrecv', 'sendrecv', 'sendonly']);
  });
});

const replace = (pattern: RegExp, by: string) => (sdp: string) => sdp.replace(pattern, by);
const REFUSED: [string, (sdp: string) => string][] = [
  ['is nothing', () => ''],
  ['is nothing but v=0', () => 'v=0\r\n'],
  ['leaves an m-line out', replace(/m=video[^]*?(?=m=)/, '')],
  ['has a mid twice', replace(/a=mid:0/, 'a=mid:audio0')],
  ['has a mid that could be ours', replace(/(BUNDLE.*) 0([^]*a=mid:)0/, '$1 video7$2video7')],
  ['has a mid with markup', replace(/(BUNDLE.*) 0([^]*a=mid:)0/, '$1 <b>$2<b>')],
  ['gives an m-line another mid', replace(/video1/g, 'x1')],
  ['gives an m-line another kind', replace(/m=video/, 'm=audio')],
  ['refuses one of our m-lines', replace(/m=video 9/, 'm=video 0')],
  ['does not take our codec any more', replace(/96 VP8/, '96 VP9')],
  ['does not bundle', replace(/a=group:BUNDLE.*/, 'a=group:BUNDLE audio0')],
  ['has no rtcp-mux', replace(/a=rtcp-mux\r\n/, '')],
  ['has two directions', replace(/a=sendonly/, 'a=sendonly\r\na=sendrecv')],
  ['restarts ICE', replace(/ice-ufrag:.*/g, 'ice-ufrag:another')],
  ['has another certificate', replace(/A1:A1/g, 'A1:A2')],
  ['has an m-line of an unknown kind', replace(/m=video(?=[^]*a=mid:0)/, 'm=text')],
  ['has a hundred m-lines', (sdp) => sdp + Array.from({ length: 99 }, (_, i) => pageMade('video', `x${i}`)).join('')],
];

describe('an offer that cannot be used', () => {
  it.each(REFUSED)('is refused when it %s, and leaves everything as it was', async (_, spoil) => {
    const { take, agreed, negotiation } = await scene('ab');
    const before = agreed();
    const good = pageOffer(before, [SCREEN]);
    expect(spoil(good)).not.toBe(good);
    expect(() => take(spoil(good))).toThrow(expect.objectContaining({ code: 'bad-description' }));
    expect([agreed(), negotiation.needed]).toEqual([before, false]);
    expect(take(good)).not.toBeNull();
  });

  it('is one that comes before there is a call', () => {
    const negotiation = new Negotiation(OPTIONS);
    expect(() => negotiation.acceptOffer(pageOffer(webrtcbinOffer()), [100])).toThrow('only an answer');
  });
});
