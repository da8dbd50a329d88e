import { describe, expect, it, vi } from 'vitest';
import type { StreamRef } from '../../../src/protocol/media-ipc/view.ts';
import { Negotiation } from '../../../src/worker/negotiation.ts';
import { splitDescription } from '../../../src/worker/page-description.ts';
import { pageAnswer, webrtcbinOffer } from './fixtures.ts';

const OPTIONS = { cname: 'user1@host', soundSsrc: 99, maxVideoBitrateBps: 1_000_000 };
const camera = (endpoint: string): StreamRef => ({ source: 'endpoint', endpoint });
const refs = (text: string) => Array.from(text).map(camera);

/** A negotiation, and the page and the webrtcbin on its two sides. */
function scene(streams: string) {
  const negotiation = new Negotiation(OPTIONS);
  negotiation.setStreams(refs(streams));
  const slots: number[] = [];
  const createServerOffer = vi.fn(() => Promise.resolve(webrtcbinOffer()));
  const acceptFirst = vi.fn(() => Promise.resolve());
  const offer = async () => {
    while (slots.length < negotiation.slotsNeeded) slots.push(100 + slots.length);
    return await negotiation.offer(slots, createServerOffer);
  };
  const round = async () => {
    const { sdp } = await offer();
    await negotiation.answer(pageAnswer(sdp), acceptFirst);
  };
  return { negotiation, createServerOffer, acceptFirst, offer, round };
}

const directions = (sdp: string) =>
  splitDescription(sdp).media.map((lines) => lines.find((line) => /^a=(send|recv|inactive)/.test(line))?.slice(2));
const msids = (sdp: string) =>
  splitDescription(sdp).media.map((lines) => lines.find((line) => line.startsWith('a=msid:'))?.split(/[: ]/)[1]);

describe('a negotiation', () => {
  it('offers sound and picture of main under one stream id, and a box for each further stream', async () => {
    const { sdp, streams, renegotiation } = await scene('abc').offer();
    const [sound, main, second, third] = msids(sdp);
    expect(sound).toBe(main);
    expect(new Set([main, second, third]).size).toBe(3);
    expect(directions(sdp)).toEqual(['sendrecv', 'sendrecv', 'sendonly', 'sendonly']);
    expect(Object.keys(streams)).toEqual([main, second, third]);
    expect(renegotiation).toBe(false);
  });

  it('asks webrtcbin the first time, and never again', async () => {
    const { negotiation, createServerOffer, acceptFirst, round } = scene('ab');
    await round();
    negotiation.setStreams(refs('a'));
    expect(negotiation.setStreams(refs('ac')).renegotiate).toBe(true);
    await round();
    negotiation.setStreams(refs('acd'));
    await round();
    expect([createServerOffer.mock.calls.length, acceptFirst.mock.calls.length]).toEqual([1, 1]);
  });

  it('offers the slots that came while an offer was outstanding in the next one', async () => {
    const { negotiation, offer } = scene('a');
    const { sdp } = await offer();
    negotiation.setStreams(refs('ab'));
    await expect(offer()).rejects.toMatchObject({ code: 'offer-outstanding' });
    await negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
    expect(directions((await offer()).sdp)).toEqual(['sendrecv', 'sendrecv', 'sendonly']);
  });

  it('tells the source of each box, the same one whatever box the slot has', async () => {
    const { negotiation, round, offer } = scene('abc');
    await round();
    negotiation.setStreams(refs('ab'));
    negotiation.setStreams(refs('abd'));
    const sources = (await offer()).sdp.match(/^a=ssrc:.*$/gm)?.map((line) => line.trim());
    expect(sources).toEqual([99, 100, 101, 102].map((ssrc) => `a=ssrc:${ssrc} cname:user1@host`));
  });

  it('tells the page in another offer when it may send more or less, and nothing when that stays', async () => {
    const { negotiation, round, offer } = scene('ab');
    await round();
    const needs = (maxBitrateBps: number | null) => {
      negotiation.limitVideo(maxBitrateBps);
      return negotiation.setStreams(refs('ab')).renegotiate;
    };
    const told = async () => {
      const { sdp } = await offer();
      await negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
      return sdp.match(/^b=TIAS:\d+/gm);
    };
    expect(needs(OPTIONS.maxVideoBitrateBps)).toBe(false);
    // The server's own limit holds whatever a room or a connection allows.
    expect(needs(OPTIONS.maxVideoBitrateBps + 1)).toBe(false);
    expect(needs(300_000)).toBe(true);
    expect(await told()).toEqual(['b=TIAS:300000']);
    expect(needs(300_000)).toBe(false);
    expect(needs(50_000_000)).toBe(true);
    expect(await told()).toEqual(['b=TIAS:1000000']);
    expect(needs(null)).toBe(false);
  });

  it('removes the last box without an offer when somebody leaves', async () => {
    const { negotiation, offer } = scene('abc');
    const { sdp } = await offer();
    await negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
    expect(negotiation.setStreams(refs('bc'))).toMatchObject({ removed: [msids(sdp)[3]], renegotiate: false });
    expect(negotiation.shown).toEqual([camera('c'), camera('b'), null]);
  });

  it('removes the box of whoever leaves and touches no other; the next to come has a new box on its line', async () => {
    const { negotiation, offer } = scene('abc');
    const { sdp } = await offer();
    await negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
    const [, main, b, c] = msids(sdp);
    expect(negotiation.setStreams(refs('ac'))).toMatchObject({
      removed: [b],
      renegotiate: false,
      boxes: [
        { streamId: main, shows: camera('a') },
        { streamId: c, shows: camera('c') },
      ],
    });
    expect(negotiation.shown).toEqual([camera('a'), null, camera('c')]);
    negotiation.setStreams(refs('acd'));
    const next = await offer();
    expect(directions(next.sdp)).toEqual(['sendrecv', 'sendrecv', 'sendonly', 'sendonly']);
    expect(msids(next.sdp)).toEqual([main, main, expect.not.stringMatching(`${String(b)}|${String(c)}`), c]);
  });

  it('never removes main, and never needs an offer to change what it shows', async () => {
    const { negotiation, round } = scene('a');
    await round();
    expect(negotiation.setStreams([{ source: 'slate' }])).toMatchObject({ removed: [], renegotiate: false });
    expect(negotiation.setStreams(refs('z'))).toMatchObject({ removed: [], renegotiate: false });
  });

  it('never uses a stream id twice', async () => {
    const { negotiation, round, offer } = scene('ab');
    const seen: string[] = [];
    await round();
    for (let i = 0; i < 5; i++) {
      seen.push(...negotiation.setStreams(refs('a')).removed);
      negotiation.setStreams(refs('ab'));
      const { sdp } = await offer();
      await negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });

  it('marks a removed box inactive in the next offer', async () => {
    const { negotiation, round, offer } = scene('abc');
    await round();
    negotiation.setStreams(refs('ab'));
    negotiation.setStreams(refs('a'));
    negotiation.setStreams(refs('ad'));
    expect(directions((await offer()).sdp)).toEqual(['sendrecv', 'sendrecv', 'sendonly', 'inactive']);
  });

  it('asks for another offer when a box goes that the outstanding one announces', async () => {
    const { negotiation, round, offer } = scene('a');
    await round();
    negotiation.setStreams(refs('ab'));
    const { sdp } = await offer();
    expect(negotiation.setStreams(refs('a')).removed).toEqual([msids(sdp)[2]]);
    await negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
    expect(negotiation.needed).toBe(true);
    expect(directions((await offer()).sdp)).toEqual(['sendrecv', 'sendrecv', 'inactive']);
  });

  it('shows nothing in a box before the page has answered an offer with it', async () => {
    const { negotiation, offer, round } = scene('ab');
    expect(negotiation.shown).toEqual([null, null]);
    await round();
    expect(negotiation.shown).toEqual(refs('ab'));
    negotiation.setStreams(refs('abc'));
    const { sdp } = await offer();
    expect(negotiation.shown).toEqual([...refs('ab'), null]);
    negotiation.setStreams(refs('abcd'));
    await negotiation.answer(pageAnswer(sdp), () => Promise.resolve());
    expect(negotiation.shown).toEqual([...refs('abc'), null]);
  });

  it('counts the version up with each offer', async () => {
    const { negotiation, round, offer } = scene('a');
    await round();
    negotiation.setStreams(refs('ab'));
    const first = await offer();
    await negotiation.answer(pageAnswer(first.sdp), () => Promise.resolve());
    negotiation.setStreams(refs('a'));
    negotiation.setStreams(refs('ac'));
    const version = (sdp: string) => Number(/^o=- \d+ (\d+)/m.exec(sdp)?.[1]);
    expect(version((await offer()).sdp)).toBe(version(first.sdp) + 1);
  });
});

describe('a negotiation that is used wrongly', () => {
  it('makes no second offer while one is outstanding', async () => {
    const { offer } = scene('a');
    await offer();
    await expect(offer()).rejects.toMatchObject({ code: 'offer-outstanding' });
  });

  it('takes no answer without an offer, and none twice', async () => {
    const { negotiation, round } = scene('a');
    const nothing = () => Promise.resolve();
    await expect(negotiation.answer(pageAnswer(webrtcbinOffer()), nothing)).rejects.toMatchObject({ code: 'no-offer' });
    await round();
    await expect(negotiation.answer(pageAnswer(webrtcbinOffer()), nothing)).rejects.toMatchObject({ code: 'no-offer' });
  });

  it('refuses a bad answer and takes a good one afterwards', async () => {
    const { negotiation, offer, acceptFirst } = scene('a');
    const { sdp } = await offer();
    await expect(negotiation.answer(sdp, acceptFirst)).rejects.toMatchObject({ code: 'bad-description' });
    expect(acceptFirst).not.toHaveBeenCalled();
    await negotiation.answer(pageAnswer(sdp), acceptFirst);
    expect(acceptFirst).toHaveBeenCalledOnce();
  });

  it('can offer again after webrtcbin has failed to', async () => {
    const { negotiation } = scene('a');
    await expect(negotiation.offer([100], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await negotiation.offer([100], () => Promise.resolve(webrtcbinOffer()))).renegotiation).toBe(false);
  });
});
