import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FakePage } from './fake-page.ts';
import { Stage, turns } from './stage.ts';

const withoutCandidates = (page: FakePage, from: number) =>
  page.names.slice(from).filter((name) => name !== 'candidate');

describe('a page whose media end', () => {
  const causes: [string, (stage: Stage) => void][] = [
    [
      'ice-failed',
      ({ endpoint }) => {
        endpoint.fail();
      },
    ],
    [
      'uplink-lost',
      ({ endpoint }) => {
        endpoint.stall();
      },
    ],
    [
      'media-worker-died',
      ({ engine }) => {
        engine.killWorker();
      },
    ],
  ];

  it.each(causes)('is cleared and invited again without doing anything: %s', async (reason, cause) => {
    const stage = await Stage.set();
    const reasons: unknown[] = [];
    const page = await stage.connected();
    stage.connection.events.on('state', (change) => reasons.push(change.reason));
    const old = stage.endpoint;
    await turns();
    const before = page.received.length;
    cause(stage);
    const offer = await page.next('offer');
    expect(offer.renegotiatingPeer).toBe(false);
    expect(withoutCandidates(page, before)).toEqual(['stream-removed', 'userLeft', 'offer']);
    expect(stage.engine.endpoints.map(({ id }) => id)).not.toContain(old.id);
    expect([stage.state, reasons]).toEqual(['negotiating', [reason]]);
    page.answer(offer);
    await turns();
    stage.endpoint.connect();
    await stage.until('connected');
  });

  it('is not seen by the others meanwhile', async () => {
    const stage = await Stage.set();
    await stage.connected();
    stage.endpoint.stall();
    await stage.until('negotiating');
    expect(stage.connection.stream).toBeNull();
  });

  it('waits until there are media again', async () => {
    const stage = await Stage.set();
    const page = await stage.connected();
    await turns();
    const before = page.received.length;
    stage.engine.available = false;
    stage.engine.killWorker();
    await turns();
    expect([stage.connection.stream, page.received.length]).toEqual([null, before]);
    stage.engine.available = true;
    await page.next('offer');
    expect(stage.state).toBe('negotiating');
  });

  it('is invited again also when the worker dies before the first offer', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    page.request();
    await page.next('enableMedia');
    await turns();
    stage.engine.killWorker();
    await vi.waitFor(() => {
      expect(stage.engine.endpoints.length).toBe(1);
    });
    expect(stage.state).toBe('joining');
    page.say({ readyForOffer: true });
    await page.next('offer');
    expect(page.names).not.toContain('userLeft');
  });

  it('loses its seat after three invitations in a row that led to nothing, cleared and told', async () => {
    const stage = await Stage.set({ maxInvitations: 3 });
    const page = stage.page();
    let offer = await page.join();
    for (let failures = 0; failures < 2; failures++) {
      page.answer(offer);
      await turns();
      stage.endpoint.fail();
      offer = await page.next('offer');
    }
    stage.endpoint.fail();
    await stage.until('waiting');
    await turns();
    expect(page.names.filter((name) => name === 'userLeft').length).toBe(3);
    expect(page.names.at(-1)).toBe('userLeft');
    expect(stage.engine.endpoints).toEqual([]);
    await stage.connected(stage.page('bert'));
  });

  it('is invited again when its answer cannot be used', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    page.answer(await page.join(), 'nonsense');
    const offer = await page.next('offer');
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual(['bad-description']);
    page.answer(offer);
    await turns();
    stage.endpoint.connect();
    await stage.until('connected');
  });

  it('is not answered for by an answer to an earlier invitation', async () => {
    const stage = await Stage.set();
    const page = stage.page();
    const first = await page.join();
    stage.endpoint.fail();
    const second = await page.next('offer');
    page.answer(first);
    await turns();
    expect(stage.endpoint.answer).toBeNull();
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual(['no-offer']);
    page.answer(second);
    await turns();
    expect(stage.endpoint.answer).not.toBeNull();
  });

  it('costs an invitation, too, when the endpoint cannot do its part', async () => {
    const stage = await Stage.set({ maxInvitations: 2 });
    const page = stage.page();
    page.request();
    await turns();
    stage.endpoint.createOffer = () => Promise.reject(new Error('no offer today'));
    page.say({ readyForOffer: true });
    await page.next('offer');
    expect(stage.log.of('warn').map(({ fields }) => fields.code)).toEqual(['internal']);
  });

  it('loses its seat when no endpoint can be made', async () => {
    const stage = await Stage.set({ maxInvitations: 2 });
    const reasons: unknown[] = [];
    stage.connection.events.on('state', ({ reason }) => reasons.push(reason));
    stage.engine.rooms[0]!.createEndpoint = () => Promise.reject(new Error('no endpoint today'));
    const page = stage.page();
    page.request();
    await stage.until('joining');
    await stage.until('waiting');
    expect(reasons).toEqual([null, 'failed', 'failed']);
  });
});

describe('a page and time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const limits = { readyTimeoutMs: 30_000, offerTimeoutMs: 10_000, connectTimeoutMs: 15_000, steadyMs: 10_000 };
  const pass = async (ms: number) => {
    await turns();
    vi.advanceTimersByTime(ms);
    await turns();
  };

  it('loses its seat when it does not get ready', async () => {
    const stage = await Stage.set(limits);
    stage.page().request();
    await pass(29_999);
    expect(stage.state).toBe('joining');
    await pass(1);
    expect(stage.state).toBe('waiting');
    expect([stage.engine.endpoints, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('is invited a second time when it does not answer, and then loses its seat', async () => {
    const stage = await Stage.set(limits);
    const page = stage.page();
    await page.join();
    await pass(9_999);
    expect(page.names).not.toContain('userLeft');
    await pass(1);
    expect(withoutCandidates(page, 2)).toEqual(['stream-removed', 'userLeft', 'offer']);
    await pass(10_000);
    expect([stage.state, page.names.at(-1)]).toEqual(['waiting', 'userLeft']);
    expect([stage.engine.endpoints, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('is forgiven when it answers the second time', async () => {
    const stage = await Stage.set(limits);
    const page = stage.page();
    await page.join();
    await pass(10_000);
    page.answer(await page.next('offer'));
    await turns();
    stage.endpoint.connect();
    await pass(60_000);
    expect([stage.state, vi.getTimerCount()]).toEqual(['connected', 0]);
  });

  const failAndReturn = async (stage: Stage, page: FakePage, upMs: number) => {
    await pass(upMs);
    stage.endpoint.fail();
    page.answer(await page.next('offer'));
    await turns();
    stage.endpoint.connect();
    await stage.until('connected');
  };

  it('has all its invitations again once it has been connected for a while', async () => {
    const stage = await Stage.set({ ...limits, maxInvitations: 2 });
    const page = await stage.connected();
    for (let failures = 0; failures < 4; failures++) await failAndReturn(stage, page, 10_000);
  });

  it('loses its seat when its media never stay up', async () => {
    const stage = await Stage.set({ ...limits, maxInvitations: 3 });
    const page = await stage.connected();
    for (let failures = 0; failures < 2; failures++) await failAndReturn(stage, page, 9_999);
    stage.endpoint.fail();
    await stage.until('waiting');
    await turns();
    expect([page.names.at(-1), stage.engine.endpoints, vi.getTimerCount()]).toEqual(['userLeft', [], 0]);
  });

  it('is invited again when its media do not come up', async () => {
    const stage = await Stage.set(limits);
    const page = stage.page();
    page.answer(await page.join());
    await pass(15_000);
    expect(withoutCandidates(page, 2)).toEqual(['stream-removed', 'userLeft', 'offer']);
  });

  it('has its time while the link is down', async () => {
    const stage = await Stage.set(limits);
    const page = stage.page();
    await page.join();
    stage.link.goDown();
    await pass(60_000);
    expect(stage.state).toBe('negotiating');
    stage.link.goUp();
    await pass(9_999);
    expect(page.names).not.toContain('userLeft');
    await pass(1);
    expect(page.names).toContain('userLeft');
  });

  it('leaves no timer behind when the connection ends', async () => {
    const stage = await Stage.set(limits);
    await stage.page().join();
    expect(vi.getTimerCount()).toBe(1);
    await stage.connection.close('shutdown');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a seat that is given up', () => {
  it('is given up at the bridge as well, which would go on holding it for a silent page', async () => {
    const stage = await Stage.set({ maxInvitations: 1 });
    await stage.page().join();
    stage.endpoint.fail();
    await stage.until('waiting');
    await turns();
    expect(stage.link.dismissed).toEqual(['anna']);
  });

  it('is the bridge’s own knowledge when the page has left', async () => {
    const stage = await Stage.set();
    await stage.connected();
    stage.link.events.emit('userDisconnected', 'anna');
    await stage.until('waiting');
    await turns();
    expect(stage.link.dismissed).toEqual([]);
  });
});
