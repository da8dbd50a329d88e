import { describe, expect, it } from 'vitest';
import { REQUEST, Stage, WEBSTREAMER } from './stage.ts';

describe('a user whose socket is lost', () => {
  it('is back with the next one, and nobody hears of it', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('page');
    stage.say('1', 'page', { type: 'offer' });
    expect(stage.connect('page')).toBe('back');
    stage.say('page', '1', { type: 'answer' });
    expect(stage.news).toEqual(['page video-conference-demo 1: type', '1 video-conference-demo page: type']);
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
    expect(stage.counts.timers).toBe(0);
  });

  it('is gone after its time of grace, and its company is told once', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('page');
    stage.ring('page', 'grace');
    expect(stage.news).toEqual(['1 user-disconnected page']);
    expect(stage.counts).toMatchObject({ users: 1, links: 0, timers: 0 });
  });

  it('is missed by the other one of its connection even before the first answer', () => {
    const stage = new Stage();
    for (const gone of ['1', 'page']) {
      stage.webstreamer('1');
      stage.connect('page');
      stage.join('page', '1');
      stage.told.splice(0);
      stage.lose(gone);
      stage.ring(gone, 'grace');
      expect(stage.news).toEqual([gone === '1' ? 'page user-disconnected 1' : '1 user-disconnected page']);
      stage.leave(gone === '1' ? 'page' : '1');
    }
  });

  it('gives its seat to whoever wants it, and its company hears that first', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('page');
    stage.connect('second');
    expect(stage.ask('second', 'check-presence', '1')).toMatchObject([true, '1', { _room: { isFull: false } }]);
    stage.join('second', '1');
    expect(stage.news).toEqual(['1 user-disconnected page', '1 video-conference-demo second: newParticipationRequest']);
    expect(stage.connect('page')).toBe('new');
  });

  it('is back from wherever it comes, as its network may have changed', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('page');
    expect(stage.connect('page', { address: '127.0.0.2' })).toBe('back');
    expect(stage.news).toEqual([]);
  });

  it('need not wait until the bridge knows that the old socket is dead', () => {
    const stage = new Stage();
    stage.call();
    expect(stage.connect('page', { address: '127.0.0.2' })).toBe('back');
  });

  it('is nobody else, not even from the same address', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('page');
    for (const client of ['another', 'old'] as const) expect(stage.connect('page', { client })).toBe('taken');
    expect(stage.connect('page')).toBe('back');
  });

  it.each([
    ['from its address', '127.0.0.1', 'back'],
    ['from nowhere else', '127.0.0.2', 'taken'],
  ])('is back %s when its client is too old to keep a secret', (_title, address, arrival) => {
    const stage = new Stage();
    stage.connect('page', { client: 'old' });
    expect(stage.connect('page', { client: 'old' })).toBe('taken');
    stage.lose('page');
    expect(stage.connect('page', { client: 'old', address })).toBe(arrival);
  });

  it('keeps a request that waits', () => {
    const stage = new Stage();
    stage.connect('page');
    stage.say('page', '1', REQUEST);
    stage.lose('page');
    stage.connect('page');
    stage.webstreamer('1');
    expect(stage.news).toEqual(['1 video-conference-demo page: newParticipationRequest']);
  });
});

describe('a webstreamer whose socket is lost', () => {
  it('is back with its room', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('1');
    expect(stage.connect('1', { query: WEBSTREAMER })).toBe('back');
    expect(stage.ask('1', 'open-room', { sessionid: '1' })).toEqual([true]);
    expect(stage.news).toEqual([]);
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
  });

  it('keeps its room from others', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('1');
    expect(stage.ask('page', 'open-room', { sessionid: '1' })).toEqual([false, 'Room not available']);
    expect(stage.ask('page', 'changed-uuid', '1')).toBeUndefined();
  });

  it('is somebody else when it was started again, and gets the id when the time of grace is over', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('1');
    expect(stage.connect('1', { query: WEBSTREAMER, client: 'another' })).toBe('taken');
    stage.ring('1', 'grace');
    expect(stage.news).toEqual(['page user-disconnected 1']);
    expect(stage.connect('1', { query: WEBSTREAMER, client: 'another' })).toBe('new');
    expect(stage.ask('1', 'open-room', { sessionid: '1' })).toEqual([true]);
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1']);
  });

  it('need not wait until the bridge knows that the old socket is dead', () => {
    const stage = new Stage();
    stage.call();
    expect(stage.connect('1', { query: WEBSTREAMER })).toBe('back');
    expect(stage.connect('1', { query: WEBSTREAMER, client: 'another' })).toBe('taken');
  });
});

describe('an id', () => {
  it('is taken while somebody has it', () => {
    const stage = new Stage();
    stage.connect('page');
    expect(stage.connect('page', { client: 'another' })).toBe('taken');
  });

  it('is taken when it is a room of somebody else', () => {
    const stage = new Stage();
    stage.connect('page');
    stage.ask('page', 'open-room', { sessionid: 'room' });
    expect(stage.connect('room')).toBe('taken');
  });
});

describe('a page that comes back too late for its seat', () => {
  function missed(): Stage {
    const stage = new Stage();
    stage.call();
    stage.lose('page');
    stage.ring('page', 'grace');
    stage.told.splice(0);
    return stage;
  }

  it('is told that its id is taken when it says nothing, so that it joins again by itself', () => {
    const stage = missed();
    stage.connect('page');
    expect(stage.news).toEqual([]);
    stage.ring('page', 'silence');
    expect(stage.news).toEqual(['page userid-already-taken page new-1']);
    stage.say('page', '1', { userLeft: true });
    expect(stage.news).toEqual(['1 video-conference-demo page: userLeft']);
    stage.leave('page');
    stage.connect('new-1');
    expect(stage.ask('new-1', 'join-room', { sessionid: '1' })).toEqual([true]);
  });

  it('is left alone when it speaks', () => {
    const stage = missed();
    stage.connect('page');
    stage.ask('page', 'check-presence', '1');
    expect(stage.counts.timers).toBe(0);
    stage.lose('page');
    stage.ring('page', 'grace');
    stage.connect('page');
    stage.ring('page', 'silence');
    expect(stage.news).toEqual([]);
  });

  it.each([
    ['it comes from elsewhere', { address: '127.0.0.2' }, 0],
    ['that was long ago', {}, 600_001],
  ])('is left alone when %s', (_name, connect, laterMs) => {
    const stage = missed();
    stage.nowMs += laterMs;
    stage.connect('page', connect);
    stage.ring('page', 'silence');
    expect(stage.news).toEqual([]);
  });

  it('is left alone when it had left its seat before', () => {
    const stage = new Stage();
    stage.call();
    stage.say('page', '1', { userLeft: true });
    stage.lose('page');
    stage.ring('page', 'grace');
    stage.told.splice(0);
    stage.connect('page');
    stage.ring('page', 'silence');
    expect(stage.news).toEqual([]);
  });

  it('is remembered among a thousand at most', () => {
    const stage = new Stage();
    for (let i = 0; i < 1100; i++) {
      stage.call(`c${i}`, `p${i}`);
      stage.lose(`p${i}`);
      stage.ring(`p${i}`, 'grace');
      stage.leave(`c${i}`);
    }
    expect(stage.state.missed.size).toBe(1000);
  });
});

describe('after a restart of the bridge', () => {
  it('a call goes on, and the page has its seat back when the webstreamer next talks to it', () => {
    const stage = new Stage();
    stage.webstreamer('1');
    stage.connect('page');
    stage.ring('page', 'silence');
    expect(stage.news).toEqual([]);
    stage.say('1', 'page', { type: 'offer' });
    expect(stage.news).toEqual([
      '1 user-connected page',
      'page user-connected 1',
      'page video-conference-demo 1: type',
    ]);
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
    stage.leave('page');
    expect(stage.news).toEqual(['1 user-disconnected page']);
  });

  it('the webstreamer hears that the page leaves', () => {
    const stage = new Stage();
    stage.webstreamer('1');
    stage.connect('page');
    stage.say('page', '1', { userLeft: true });
    expect(stage.news).toEqual(['1 video-conference-demo page: userLeft']);
  });
});

it('does not seat a page that has left because of a message that comes too late', () => {
  const stage = new Stage();
  stage.call();
  stage.say('page', '1', { userLeft: true });
  stage.say('1', 'page', { candidate: 'candidate:1' });
  expect(stage.state.rooms.get('1')?.participants).toEqual(['1']);
  stage.connect('second');
  expect(stage.ask('second', 'join-room', { sessionid: '1' })).toEqual([true]);
});
