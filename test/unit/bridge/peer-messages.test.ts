import { describe, expect, it } from 'vitest';
import { REQUEST, Stage, WEBSTREAMER } from './stage.ts';

describe('a page of 3.7.1 and a webstreamer', () => {
  it('come together: the request goes to the owner alone, and both are told before the first answer', () => {
    const stage = new Stage();
    stage.webstreamer('1');
    stage.connect('page', { query: { extra: '{"name":"Ann"}' } });
    stage.join('page', '1');
    expect(stage.told).toEqual([
      { to: '1', event: 'video-conference-demo', args: [{ remoteUserId: '1', message: REQUEST, sender: 'page' }] },
    ]);
    stage.say('1', 'page', { enableMedia: true });
    stage.say('page', '1', { readyForOffer: true });
    expect(stage.told).toEqual([
      { to: '1', event: 'user-connected', args: ['page'] },
      { to: 'page', event: 'user-connected', args: ['1'] },
      {
        to: 'page',
        event: 'video-conference-demo',
        args: [{ remoteUserId: 'page', message: { enableMedia: true }, sender: '1', extra: {} }],
      },
      {
        to: '1',
        event: 'video-conference-demo',
        args: [{ remoteUserId: '1', message: { readyForOffer: true }, sender: 'page', extra: { name: 'Ann' } }],
      },
    ]);
  });
});

describe('a page of 3.4.5', () => {
  it('joins a connection by its request alone, and is told when the seat is taken', () => {
    const stage = new Stage();
    stage.webstreamer('1');
    stage.connect('page');
    stage.connect('late');
    stage.say('page', '1', REQUEST, { password: false });
    expect(stage.told).toEqual([
      {
        to: '1',
        event: 'video-conference-demo',
        args: [{ remoteUserId: '1', message: REQUEST, sender: 'page', password: false }],
      },
    ]);
    stage.say('late', '1', REQUEST, { password: false });
    expect(stage.news).toEqual(['late room-full 1']);
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
  });

  it('waits for a webstreamer, and joins when it has opened its room', () => {
    const stage = new Stage();
    stage.connect('page');
    stage.say('page', '1', REQUEST, { password: false });
    expect(stage.counts).toMatchObject({ waiting: 1, timers: 1 });
    stage.connect('1', { query: WEBSTREAMER });
    expect(stage.news).toEqual([]);
    stage.ask('1', 'open-room', { sessionid: '1' });
    expect(stage.news).toEqual(['1 video-conference-demo page: newParticipationRequest']);
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
    expect(stage.counts).toMatchObject({ waiting: 0, timers: 0 });
  });

  it('is seated as well when it asks between the coming of a webstreamer and its open-room', () => {
    const stage = new Stage();
    stage.connect('1', { query: WEBSTREAMER });
    stage.connect('page');
    stage.say('page', '1', REQUEST, { password: false });
    expect(stage.news).toEqual([]);
    stage.ask('1', 'open-room', { sessionid: '1' });
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
  });

  it('reaches a webstreamer that opens no room, once that is plain', () => {
    const stage = new Stage();
    stage.connect('1', { query: WEBSTREAMER });
    stage.connect('page');
    stage.say('page', '1', REQUEST);
    stage.ring('1', 'silence');
    expect(stage.news).toEqual(['1 video-conference-demo page: newParticipationRequest']);
  });

  it('waits ten minutes and not longer', () => {
    const stage = new Stage();
    stage.connect('page');
    stage.say('page', 'nobody', REQUEST);
    expect(stage.alarms.get(stage.user('page'))?.get('request')).toBe(600_000);
    stage.ring('page', 'request');
    expect(stage.news).toEqual(['page user-not-found nobody']);
    stage.connect('nobody');
    expect(stage.news).toEqual([]);
    expect(stage.counts.waiting).toBe(0);
  });

  it('waits for one at a time, and no more when it is gone', () => {
    const stage = new Stage();
    stage.connect('page');
    stage.say('page', 'first', REQUEST);
    stage.say('page', 'second', REQUEST);
    expect(stage.counts.waiting).toBe(1);
    stage.leave('page');
    expect(stage.counts).toMatchObject({ users: 0, waiting: 0, timers: 0 });
  });

  it('waits no more once it is in', () => {
    const stage = new Stage();
    stage.connect('page');
    stage.say('page', 'absent', REQUEST);
    stage.webstreamer('1');
    stage.say('page', '1', REQUEST);
    stage.told.splice(0);
    stage.connect('absent');
    expect(stage.news).toEqual([]);
    expect(stage.user('page').roomId).toBe('1');
  });

  it('leaves the room that it is in for another page', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('host');
    stage.say('page', 'host', REQUEST);
    stage.say('host', 'page', { enableMedia: true });
    expect(stage.news.at(-1)).toBe('page video-conference-demo host: enableMedia');
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1']);
  });

  it('meets all whom another page talks to', () => {
    const stage = new Stage();
    for (const id of ['host', 'first', 'second']) stage.connect(id);
    stage.say('first', 'host', REQUEST);
    stage.say('host', 'first', { enableMedia: true });
    stage.told.splice(0);
    stage.say('second', 'host', REQUEST);
    expect(stage.told.map(({ to, args }) => [to, (args[0] as { remoteUserId: string }).remoteUserId])).toEqual([
      ['host', 'host'],
      ['first', 'first'],
    ]);
  });

  it('meets one alone if that is what its URL says, and none when the other has no place', () => {
    const stage = new Stage();
    stage.connect('host', { query: { maxParticipantsAllowed: '1' } });
    stage.connect('first');
    stage.connect('second', { query: { oneToMany: 'true' } });
    stage.say('first', 'host', REQUEST);
    stage.say('host', 'first', { enableMedia: true });
    stage.told.splice(0);
    stage.say('second', 'host', REQUEST);
    expect(stage.news).toEqual(['second room-full host']);
    stage.lose('first');
    stage.say('second', 'host', REQUEST);
    expect(stage.news).toEqual([
      'host user-disconnected first',
      'host video-conference-demo second: newParticipationRequest',
    ]);
  });

  it('is asked for the password of a room', () => {
    const stage = new Stage();
    stage.connect('host');
    stage.ask('host', 'open-room', { sessionid: 'room', password: 'secret' });
    stage.connect('page');
    stage.say('page', 'room', REQUEST, { password: false });
    stage.say('page', 'room', REQUEST, { password: 'no' });
    expect(stage.news).toEqual(['page join-with-password room', 'page invalid-password room no']);
    stage.say('page', 'room', REQUEST, { password: 'secret' });
    expect(stage.news).toEqual(['host video-conference-demo page: newParticipationRequest']);
  });
});

describe('a room of pages', () => {
  it('passes a request to everybody in it, each under their own id', () => {
    const stage = new Stage();
    for (const id of ['a', 'b', 'c']) stage.connect(id);
    stage.ask('a', 'open-room', { sessionid: 'room' });
    stage.join('b', 'room');
    stage.told.splice(0);
    stage.join('c', 'room');
    expect(stage.told.map(({ to, args }) => [to, (args[0] as { remoteUserId: string }).remoteUserId])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('lets two in it ask each other, and is joined by a request to its owner, not to anybody else in it', () => {
    const stage = new Stage();
    for (const id of ['a', 'b', 'c', 'd']) stage.connect(id);
    stage.ask('a', 'open-room', { sessionid: 'room' });
    for (const id of ['b', 'c']) stage.ask(id, 'join-room', { sessionid: 'room' });
    stage.say('b', 'c', REQUEST);
    expect(stage.news).toEqual([
      'b user-connected c',
      'c user-connected b',
      'c video-conference-demo b: newParticipationRequest',
    ]);
    stage.say('d', 'c', REQUEST);
    expect(stage.news).toEqual([]);
    stage.say('d', 'a', REQUEST);
    expect(stage.news).toHaveLength(3);
    expect(stage.state.rooms.get('room')?.participants).toEqual(['a', 'b', 'c', 'd']);
  });

  it('passes it to the owner alone when the session is one-way', () => {
    const stage = new Stage();
    for (const id of ['a', 'b', 'c']) stage.connect(id);
    stage.ask('a', 'open-room', { sessionid: 'room', session: { oneway: true } });
    stage.join('b', 'room');
    stage.told.splice(0);
    stage.join('c', 'room');
    expect(stage.news).toEqual(['a video-conference-demo c: newParticipationRequest']);
  });
});

describe('the sender', () => {
  it.each(['1', 'victim', 'nobody', '__proto__'])('is the socket: a message in the name of %s is dropped', (sender) => {
    const stage = new Stage();
    stage.call();
    stage.connect('victim');
    stage.say('page', '1', { userLeft: true }, { sender });
    expect(stage.news).toEqual([]);
    expect(stage.warnings).toEqual([{ user: 'page', sender, reason: 'other-sender', refusals: 1 }]);
    expect(stage.state.virtualIds.size).toBe(0);
  });

  it('may be a virtual id of a webstreamer, which is reached under it and goes with it', () => {
    const stage = new Stage();
    stage.call();
    stage.say('1', 'page', { type: 'offer' }, { sender: 'alice' });
    stage.say('page', 'alice', { type: 'answer' });
    expect(stage.news).toEqual(['page video-conference-demo alice: type', '1 video-conference-demo page: type']);
    stage.leave('1');
    expect(stage.news).toEqual(['page user-disconnected 1', 'page user-disconnected alice']);
    expect(stage.counts).toMatchObject({ virtualIds: 0, links: 0 });
  });

  it('may not be the id of somebody, not even for a webstreamer, and not one of too many', () => {
    const stage = new Stage();
    stage.call();
    stage.webstreamer('2');
    for (const sender of ['page', '2', 'system<']) stage.say('1', 'page', { type: 'offer' }, { sender });
    expect(stage.news).toEqual([]);
    for (let i = 0; i < 300; i++) stage.say('1', 'page', { type: 'offer' }, { sender: `virtual-${i}` });
    expect(stage.counts.virtualIds).toBe(256);
    expect(stage.connect('virtual-7')).toBe('taken');
    stage.connect('other');
    expect(stage.ask('other', 'open-room', { sessionid: 'virtual-7' })).toEqual([false, 'Room not available']);
  });
});

describe('a message', () => {
  it.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { remoteUserId: '1', sender: 'page<' },
    { remoteUserId: { id: '1' }, sender: 'page', message: {} },
    { remoteUserId: '1', sender: 'page', message: {}, password: {} },
  ])('that makes no sense is dropped with a line in the log: %j', (envelope) => {
    const stage = new Stage();
    stage.call();
    expect(stage.ask('page', 'video-conference-demo', envelope)).toBeUndefined();
    expect(stage.news).toEqual([]);
    expect(stage.warnings).toHaveLength(1);
  });

  it('to oneself or to nobody goes nowhere', () => {
    const stage = new Stage();
    stage.call();
    for (const to of ['page', 'nobody', 'constructor']) stage.say('page', to, { any: 1 });
    expect(stage.news).toEqual([]);
  });

  it.each([null, 'next-possible-initiator', 7, [1], { newParticipationRequest: false }, { userLeft: false }])(
    'is passed on whatever it says: %j',
    (message) => {
      const stage = new Stage();
      stage.call();
      stage.say('page', '1', message);
      expect(stage.told).toMatchObject([{ to: '1', args: [{ message }] }]);
      expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
    },
  );

  it('does not get into a room from outside', () => {
    const stage = new Stage();
    stage.call('1', 'page');
    stage.call('2', 'neighbour');
    stage.connect('stranger');
    for (const from of ['neighbour', '2', 'stranger']) {
      stage.say(from, 'page', { type: 'offer' });
      if (from !== 'stranger') stage.say(from, '1', { type: 'offer' });
    }
    expect(stage.news).toEqual([]);
    expect(stage.warnings).toHaveLength(5);
  });

  it('arrives as the event that its receiver listens to', () => {
    const stage = new Stage();
    stage.connect('a', { query: { msgEvent: 'first-demo' } });
    stage.connect('b', { query: { msgEvent: 'second-demo' } });
    stage.say('a', 'b', { any: 1 });
    expect(stage.news.at(-1)).toBe('b second-demo a: any');
  });

  it('to the system asks who is there', () => {
    const stage = new Stage();
    stage.connect('page');
    const ask = (userid: unknown) =>
      stage.ask('page', 'video-conference-demo', {
        remoteUserId: 'system',
        sender: 'page',
        message: { detectPresence: true, userid },
      });
    stage.connect('other');
    expect(ask('other')).toEqual([true, 'other']);
    expect(ask('page')).toEqual([false, 'page']);
    expect(ask('nobody')).toEqual([false, 'nobody']);
    expect(ask(null)).toBeUndefined();
  });
});

describe('extra data', () => {
  it('go to everybody in company with the user, once, and into later messages', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('stranger');
    stage.ask('page', 'extra-data-updated', { name: 'Ann' });
    expect(stage.news).toEqual(['1 extra-data-updated page {"name":"Ann"}']);
    expect(stage.ask('stranger', 'get-remote-user-extra-data', 'page')).toEqual([{ name: 'Ann' }]);
    stage.ask('1', 'extra-data-updated', { title: 'one' });
    expect(stage.ask('stranger', 'check-presence', '1')).toMatchObject([true, '1', { title: 'one' }]);
  });

  it.each([undefined, null, 'text', 7])('are refused when they are %j', (extra) => {
    const stage = new Stage();
    stage.call();
    stage.ask('page', 'extra-data-updated', extra);
    expect(stage.news).toEqual([]);
    expect(stage.user('page').extra).toEqual({});
  });

  it.each(['nobody', null, {}])('of %j are not there', (id) => {
    const stage = new Stage();
    stage.connect('page');
    expect(stage.ask('page', 'get-remote-user-extra-data', id)).toEqual(['User ID does not exist']);
  });
});

describe('changed-uuid', () => {
  it('renames a user in everything it is in', () => {
    const stage = new Stage();
    for (const id of ['a', 'b']) stage.connect(id);
    stage.ask('a', 'open-room', { sessionid: 'room' });
    stage.join('b', 'room');
    stage.say('a', 'b', { enableMedia: true });
    expect(stage.ask('a', 'changed-uuid', 'new')).toEqual([]);
    stage.told.splice(0);
    expect(stage.state.rooms.get('room')).toMatchObject({ owner: 'new', participants: ['new', 'b'] });
    stage.say('b', 'new', { any: 1 });
    expect(stage.news).toEqual(['new video-conference-demo b: any']);
    stage.leave('new');
    expect(stage.news).toEqual(['b user-disconnected new', 'b set-isInitiator-true room']);
  });

  it('is how a legacy page opens its room, and gets what waited for it', () => {
    const stage = new Stage();
    stage.connect('late');
    stage.say('late', 'room', REQUEST);
    stage.connect('host');
    stage.ask('host', 'changed-uuid', 'room');
    expect(stage.news).toEqual(['room video-conference-demo late: newParticipationRequest']);
    expect(stage.ask('room', 'changed-uuid', 'room')).toEqual([]);
  });

  it.each(['other', 'room', '1', 'alice'])('is refused for what is somebody else’s: %s', (id) => {
    const stage = new Stage();
    stage.call();
    stage.say('1', 'page', { type: 'offer' }, { sender: 'alice' });
    stage.connect('other');
    stage.ask('other', 'open-room', { sessionid: 'room' });
    stage.connect('thief');
    expect(stage.ask('thief', 'changed-uuid', id)).toBeUndefined();
    expect(stage.user('thief').id).toBe('thief');
    expect(stage.warnings).toHaveLength(1);
  });

  it.each([null, '', '<img>', 'a b', 7])('is refused for %j', (id) => {
    const stage = new Stage();
    stage.connect('page');
    expect(stage.ask('page', 'changed-uuid', id)).toBeUndefined();
    expect(stage.user('page').id).toBe('page');
  });
});

describe('events of the page’s own', () => {
  it('go to its company, not to the whole server', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('stranger');
    stage.ask('page', 'set-custom-socket-event-listener', 'chat');
    stage.ask('page', 'chat', 'hello', 7);
    stage.ask('page', 'custom-message', { any: 1 });
    expect(stage.news).toEqual(['1 chat hello 7', '1 custom-message {"any":1}']);
    stage.ask('page', 'unknown', 'hello');
    expect(stage.news).toEqual([]);
  });

  it.each(['disconnect', 'user-disconnected', 'userid-already-taken', 'video-conference-demo', '', null, 7])(
    'cannot pretend to be the server’s or a message: %j',
    (name) => {
      const stage = new Stage();
      stage.webstreamer('1');
      stage.connect('page', { query: { msgEvent: 'another-demo' } });
      stage.join('page', '1');
      stage.told.splice(0);
      stage.ask('page', 'set-custom-socket-event-listener', name);
      stage.ask('page', String(name), { remoteUserId: '1', sender: '1', message: { userLeft: true } });
      expect(stage.news).toEqual([]);
    },
  );

  it('are twenty at most', () => {
    const stage = new Stage();
    stage.connect('page');
    for (let i = 0; i < 30; i++) stage.ask('page', 'set-custom-socket-event-listener', `event-${i}`);
    expect(stage.user('page').customEvents.size).toBe(20);
  });
});
