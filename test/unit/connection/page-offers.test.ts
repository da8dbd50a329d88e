import { describe, expect, it } from 'vitest';
import { Stage, turns } from './stage.ts';

const cameras = (count: number) => ({
  video: Array.from({ length: count }, (_, index) => ({ source: 'endpoint' as const, endpoint: String(index) })),
  audio: [],
});

describe('an offer of the page in the middle of its call', () => {
  it('is answered as a page that opened the room would answer', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    page.offer();
    const answer = await page.next('re-answer');
    expect(Object.keys(answer)).toEqual([
      'type',
      'sdp',
      'remotePeerSdpConstraints',
      'renegotiatingPeer',
      'connectionDescription',
      'dontGetRemoteStream',
      'extra',
      'streamsToShare',
    ]);
    expect(answer).toMatchObject({ type: 'answer', remotePeerSdpConstraints: false, renegotiatingPeer: true });
    expect(answer.connectionDescription).toMatchObject({ remoteUserId: '1', sender: 'anna' });
    expect(Object.keys(answer.streamsToShare as object)).toEqual(stage.endpoint.boxes);
    expect(stage.endpoint.pageOffers).toHaveLength(1);
    expect(stage.state).toBe('connected');
  });

  it('that meets one of ours is taken back, and what it wanted is in our next offer', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.connection.show(cameras(2), new Map());
    const ours = await page.next('re-offer');
    page.offer();
    await turns();
    expect(page.names).not.toContain('re-answer');
    page.answer(ours);
    page.answer(await page.next('re-offer'));
    await turns();
    expect(page.names.filter((name) => name === 're-offer')).toHaveLength(2);
    expect(stage.log.of('warn', 'error')).toEqual([]);
  });

  it('is followed by an offer of ours when there is something new to show', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await turns();
    page.offer();
    stage.connection.show(cameras(2), new Map());
    await page.next('re-answer');
    const offer = await page.next('re-offer');
    expect(Object.keys(offer.streamsToShare as object)).toHaveLength(2);
  });

  it.each([
    ['nonsense', { sdp: 'nonsense', renegotiatingPeer: true }],
    ['of a call of its own', { sdp: 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n', renegotiatingPeer: false }],
  ])('is refused when it is %s, and the call goes on', async (_, offer) => {
    const stage = await Stage.set();
    const page = await stage.connected();
    page.say({ type: 'offer', ...offer });
    await turns();
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual(['bad-description']);
    expect([stage.state, stage.endpoint.pageOffers]).toEqual(['connected', []]);
    page.offer();
    await page.next('re-answer');
  });

  it('of somebody who has no seat here is refused', async () => {
    const stage = await Stage.set();
    await stage.connected();
    stage.page('mallory').offer();
    await turns();
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual(['bad-request']);
    expect(stage.endpoint.pageOffers).toEqual([]);
  });
});
