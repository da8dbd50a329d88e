import { describe, expect, it } from 'vitest';
import { NEITHER } from '../../../src/protocol/media-kinds.ts';
import { SLATE } from '../../../src/protocol/media-ipc/view.ts';
import { nameOf } from './fake-page.ts';
import { Stage, turns } from './stage.ts';

const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 5000 typ host', sdpMid: '0', sdpMLineIndex: 0 };

describe('joining', () => {
  it('goes from waiting over joining and negotiating to connected', async () => {
    const stage = await Stage.set();
    const changes: string[] = [];
    stage.connection.events.on('state', ({ to, user }) => changes.push(`${to} ${String(user)}`));
    await stage.connected();
    expect(changes).toEqual(['joining anna', 'negotiating anna', 'connected anna']);
    expect(stage.log.of('warn', 'error')).toEqual([]);
  });

  it('says when the connection came into its state', async () => {
    const stage = await Stage.set();
    expect(stage.connection.resource).toEqual({
      id: '1',
      name: '1',
      state: 'waiting',
      user: null,
      muted: NEITHER,
      selfMuted: NEITHER,
      since: '2026-01-01T00:00:00.000Z',
      role: 'participant',
      temporary: false,
      maxVideoBitrateBps: null,
    });
    stage.nowMs += 1500;
    stage.page().request();
    await stage.until('joining');
    expect(stage.connection.resource).toEqual({
      id: '1',
      name: '1',
      state: 'joining',
      user: 'anna',
      muted: NEITHER,
      selfMuted: NEITHER,
      since: '2026-01-01T00:00:01.500Z',
      role: 'participant',
      temporary: false,
      maxVideoBitrateBps: null,
    });
  });

  it('lets the endpoint warm up while the page gets ready, and offers when both are', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    page.request();
    await turns();
    expect(stage.engine.endpoints.length).toBe(1);
    expect(page.names).toEqual(['enableMedia']);
    page.say({ readyForOffer: true });
    await page.next('offer');
  });

  it('tells an old page, and no other, that the offer comes', async () => {
    const stage = await Stage.set();
    const old = stage.page('old', { legacy: true });
    await old.join();
    expect(old.names.slice(0, 3)).toEqual(['enableMedia', 'next-possible-initiator', 'offer']);
    old.leave();
    await stage.until('waiting');
    const page = stage.page('new');
    await page.join();
    expect(page.names.slice(0, 2)).toEqual(['enableMedia', 'offer']);
  });

  it('sends our candidates behind the offer', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    await page.join();
    await page.next('candidate');
    expect(page.names.indexOf('candidate')).toBeGreaterThan(page.names.indexOf('offer'));
  });

  it('hands over the page’s candidates and ignores the empty one', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    page.say(candidate);
    page.say({ candidate: '', sdpMid: null });
    await turns();
    expect(stage.endpoint.remoteCandidates).toEqual([candidate]);
    expect(stage.log.of('warn', 'error')).toEqual([]);
  });

  it('shows the view of the moment in the first offer', async () => {
    const stage = await Stage.set();
    stage.connection.show({ video: [SLATE, { source: 'endpoint', endpoint: 'x' }], audio: [] }, new Map());
    const offer = await stage.page().join();
    expect(Object.keys(offer.streamsToShare as object)).toEqual([...stage.endpoint.boxes]);
    expect(stage.endpoint.boxes.length).toBe(2);
  });
});

describe('the view of a page in a call', () => {
  const box = (endpoint: string) => ({ source: 'endpoint' as const, endpoint });

  it('grows by another offer', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.connection.show({ video: [box('a'), box('b')], audio: [] }, new Map());
    const offer = await page.next('re-offer');
    expect(Object.keys(offer.streamsToShare as object)).toEqual([...stage.endpoint.boxes]);
    expect(stage.state).toBe('connected');
  });

  it('shrinks at once by taking boxes away', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.connection.show({ video: [box('a'), box('b')], audio: [] }, new Map());
    page.answer(await page.next('re-offer'));
    const [, second] = stage.endpoint.boxes;
    stage.connection.show({ video: [box('a')], audio: [] }, new Map());
    expect(await page.next('stream-removed')).toEqual({
      streamSyncNeeded: true,
      streamid: second,
      action: 'stream-removed',
      type: 'both',
    });
  });

  it('waits for the answer when it changes while an offer is on its way, and then shows the last state', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    stage.connection.show({ video: [box('a'), box('b')], audio: [] }, new Map());
    const offer = await page.next('re-offer');
    stage.connection.show({ video: [box('a'), box('b'), box('c')], audio: [] }, new Map());
    stage.connection.show({ video: [box('a'), box('b'), box('c'), box('d')], audio: [] }, new Map());
    await turns();
    expect(page.names.filter((name) => name === 're-offer').length).toBe(1);
    page.answer(offer);
    expect(Object.keys((await page.next('re-offer')).streamsToShare as object).length).toBe(4);
  });

  it('is not touched when it is told again as it is', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await turns();
    const before = page.received.length;
    stage.room.reconcile();
    await turns();
    expect(page.received.length).toBe(before);
  });

  it('tells the room what can be forwarded of its user', async () => {
    const stage = await Stage.set();
    expect(stage.connection.stream).toBeNull();
    await stage.connected();
    const ref = { source: 'endpoint', endpoint: stage.endpoint.id };
    expect(stage.connection.stream).toEqual({ ref, audio: true, video: true });
    stage.endpoint.publish({ audio: true, video: false });
    expect(stage.connection.stream).toEqual({ ref, audio: true, video: false });
    stage.endpoint.publish({ audio: false, video: false });
    expect(stage.connection.stream).toBeNull();
  });
});

describe('the seat', () => {
  it.each(['left', 'disconnected'] as const)(
    'is free at once when its user has %s, and works again',
    async (reason) => {
      const stage = await Stage.set();
      const page = await stage.connected();
      const reasons: unknown[] = [];
      stage.connection.events.on('state', (change) => reasons.push(change.reason));
      const before = page.received.length;
      if (reason === 'left') page.leave();
      else stage.link.events.emit('userDisconnected', 'anna');
      await stage.until('waiting');
      await turns();
      expect(reasons).toEqual([reason]);
      expect(stage.engine.endpoints).toEqual([]);
      expect(page.received.length).toBe(before);
      await stage.connected(stage.page('bert'));
    },
  );

  it('is not disturbed by another user who asks for it, leaves or disconnects', async () => {
    const stage = await Stage.set();
    await stage.connected();
    const other = stage.page('bert');
    other.request();
    other.leave();
    stage.link.events.emit('userDisconnected', 'bert');
    await turns();
    expect(other.received).toEqual([]);
    expect(stage.connection.resource).toMatchObject({ state: 'connected', user: 'anna' });
    expect(stage.log.of('warn').map(({ fields }) => fields)).toEqual([{ user: 'bert', seatOf: 'anna' }]);
  });

  it('is given anew to a user who asks for it again', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    const old = stage.endpoint;
    const offer = await page.join();
    expect(offer.renegotiatingPeer).toBe(false);
    expect(stage.engine.endpoints.length).toBe(1);
    expect(stage.endpoint.id).not.toBe(old.id);
    expect(page.names.slice(-6).filter((name) => name !== 'candidate')).toEqual([
      'stream-removed',
      'userLeft',
      'enableMedia',
      'offer',
    ]);
  });

  it('is free when its user leaves while the media are still on their way', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    stage.engine.available = false;
    stage.engine.killWorker();
    page.request();
    await stage.until('joining');
    page.leave();
    await stage.until('waiting');
    stage.engine.available = true;
    await stage.room.createEndpoint();
    await turns();
    expect(stage.engine.endpoints.length).toBe(1);
  });
});

describe('a message that makes no sense', () => {
  const cases = [
    ['an answer before any offer', { type: 'answer', sdp: 'v=0' }, 'no-offer'],
    ['an offer where an answer is due', { type: 'offer', sdp: 'v=0' }, 'bad-description'],
    ['a candidate before any offer', candidate, 'no-offer'],
  ] as const;

  it.each(cases)('is refused and named in the log: %s', async (_, message, code) => {
    const stage = await Stage.set();
    const page = stage.page();
    page.request();
    await page.next('enableMedia');
    page.say(message);
    await turns();
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual([code]);
    page.say({ readyForOffer: true });
    await page.next('offer');
  });

  it.each([
    ['a page’s own offer', { type: 'offer', sdp: 'v=0', renegotiatingPeer: true }, 'bad-description'],
    ['a second answer', { type: 'answer', sdp: 'v=0' }, 'no-offer'],
    ['a candidate of nonsense', { candidate: 'nonsense' }, 'bad-candidate'],
  ])('does not disturb the call: %s', async (_, message, code) => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await turns();
    const before = page.received.length;
    page.say(message);
    await turns();
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual([code]);
    expect([stage.state, page.received.length]).toEqual(['connected', before]);
  });

  it('is refused from a page that has no seat; its late candidates are no news', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    for (const message of [{ readyForOffer: true }, { type: 'answer', sdp: 'v=0' }, candidate]) page.say(message);
    await turns();
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual(['bad-request', 'bad-request']);
    expect(stage.state).toBe('waiting');
  });

  it('is logged when the link has dropped it', async () => {
    const stage = await Stage.set();
    stage.link.events.emit('refused', 'anna', 'sdp: too long');
    expect(stage.log.of('warn').map(({ fields }) => fields)).toEqual([
      { code: 'bad-request', user: 'anna', problem: 'sdp: too long' },
    ]);
  });
});

describe('a link that is down', () => {
  it('leaves the call as it is, and what was to be said is said afterwards', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    const { id } = stage.endpoint;
    stage.link.goDown();
    stage.connection.show({ video: [SLATE, { source: 'endpoint', endpoint: 'x' }], audio: [] }, new Map());
    await turns();
    expect(page.names).not.toContain('re-offer');
    stage.link.goUp();
    page.answer(await page.next('re-offer'));
    await turns();
    expect([stage.state, stage.endpoint.id]).toEqual(['connected', id]);
    expect(stage.log.of('warn', 'error')).toEqual([]);
  });

  it('makes the page hear nothing old when its user is gone meanwhile', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await turns();
    const before = page.received.length;
    stage.link.goDown();
    stage.connection.show({ video: [SLATE, { source: 'endpoint', endpoint: 'x' }], audio: [] }, new Map());
    await turns();
    stage.link.events.emit('userDisconnected', 'anna');
    await stage.until('waiting');
    stage.link.goUp();
    await turns();
    expect(page.received.length).toBe(before);
  });
});

describe('the end of a connection', () => {
  it('clears the page, then closes endpoint and link, once', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await turns();
    const before = page.received.length;
    const boxes = stage.endpoint.boxes;
    const closing = stage.connection.close('connection-removed');
    expect(stage.connection.close('shutdown')).toBe(closing);
    await closing;
    expect(page.received.slice(before).map(nameOf)).toEqual([...boxes.map(() => 'stream-removed'), 'userLeft']);
    expect([stage.state, stage.engine.endpoints, stage.link.closed]).toEqual(['closed', [], true]);
  });

  it('runs every step and collects what fails', async () => {
    const stage = await Stage.set();
    await stage.connected();
    const endpointProblem = new Error('the endpoint cannot close');
    stage.endpoint.close = () => Promise.reject(endpointProblem);
    stage.link.closeError = new Error('the link cannot close');
    await expect(stage.connection.close('shutdown')).rejects.toMatchObject({
      errors: [endpointProblem, stage.link.closeError],
    });
    expect(stage.state).toBe('closed');
  });

  it('is the end: nothing that comes later has an effect', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await stage.connection.close('shutdown');
    const before = page.received.length;
    page.request();
    page.leave();
    stage.connection.show({ video: [SLATE], audio: [] }, new Map());
    stage.connection.mediaLost();
    stage.link.events.emit('down');
    await turns();
    expect([stage.state, page.received.length, stage.connection.queued]).toEqual(['closed', before, 0]);
    expect(stage.log.of('error')).toEqual([]);
  });

  it('comes also while a page joins', async () => {
    const stage = await Stage.set();
    stage.page().request();
    await stage.connection.close('room-closed');
    await turns();
    expect([stage.state, stage.engine.endpoints]).toEqual(['closed', []]);
  });
});
