import { describe, expect, it } from 'vitest';
import { Stage, WEBSTREAMER } from './stage.ts';

const open = (sessionid: string, more: object = {}) => ({ sessionid, session: { audio: true }, extra: {}, ...more });
const absent = { _room: { isFull: false, isPasswordProtected: false } };

/** A stage with a page `opener` that has opened `room`, and a page `other`. */
function withRoom(more: object = {}, query: Record<string, unknown> = {}): Stage {
  const stage = new Stage();
  stage.connect('opener', { query });
  stage.connect('other');
  expect(stage.ask('opener', 'open-room', open('room', more))).toEqual([true]);
  return stage;
}

describe('open-room', () => {
  it('makes a room that others can join', () => {
    const stage = withRoom();
    expect(stage.ask('other', 'join-room', open('room'))).toEqual([true]);
    expect(stage.state.rooms.get('room')).toMatchObject({ owner: 'opener', participants: ['opener', 'other'] });
  });

  it('is refused for a room that somebody has', () => {
    expect(withRoom().ask('other', 'open-room', open('room'))).toEqual([false, 'Room not available']);
  });

  it('is refused for the id of somebody else', () => {
    expect(withRoom().ask('other', 'open-room', open('opener'))).toEqual([false, 'Room not available']);
  });

  it('does not give away the room that its owner opens again, and takes over what it says', () => {
    const stage = withRoom();
    stage.ask('other', 'join-room', open('room'));
    expect(stage.ask('opener', 'open-room', open('room', { password: 'new' }))).toEqual([true]);
    expect(stage.state.rooms.get('room')).toMatchObject({
      owner: 'opener',
      password: 'new',
      participants: ['opener', 'other'],
    });
  });

  it('leaves the room that the user is in', () => {
    const stage = withRoom();
    stage.ask('opener', 'open-room', open('second'));
    expect([...stage.state.rooms.keys()]).toEqual(['second']);
  });

  it.each([undefined, null, 7, 'room', [], {}, { sessionid: '<b>' }, { sessionid: 'a b' }, { sessionid: null }])(
    'is refused with words when it carries %j',
    (request) => {
      const stage = new Stage();
      stage.connect('opener');
      expect(stage.ask('opener', 'open-room', request)).toEqual([false, 'Room not available']);
      expect(stage.counts.rooms).toBe(0);
      expect(stage.warnings).toHaveLength(1);
    },
  );

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])('takes %s for an id like any other', (id) => {
    const stage = withRoom();
    expect(stage.ask('other', 'check-presence', id)).toEqual([false, id, absent]);
    expect(stage.ask('other', 'join-room', open(id))).toEqual([false, 'Room not available']);
    expect(stage.ask('other', 'open-room', open(id))).toEqual([true]);
    expect(stage.ask('opener', 'join-room', open(id))).toEqual([true]);
  });
});

describe('join-room', () => {
  it('is refused in the words that pages know', () => {
    const stage = withRoom({ password: 'secret' }, { maxParticipantsAllowed: '2' });
    stage.connect('third');
    expect(stage.ask('other', 'join-room', open('nowhere'))).toEqual([false, 'Room not available']);
    expect(stage.ask('other', 'join-room', open('room', { password: 'no' }))).toEqual([false, 'Invalid password']);
    expect(stage.ask('other', 'join-room', open('room', { password: 'secret' }))).toEqual([true]);
    expect(stage.ask('third', 'join-room', open('room', { password: 'secret' }))).toEqual([false, 'Room full']);
  });

  it('is refused with words when it makes no sense', () => {
    expect(withRoom().ask('other', 'join-room', null)).toEqual([false, 'Room not available']);
  });

  it('leaves the user where it is when it fails', () => {
    const stage = withRoom();
    expect(stage.ask('opener', 'join-room', open('nowhere'))).toEqual([false, 'Room not available']);
    expect(stage.user('opener').roomId).toBe('room');
  });

  it('succeeds again for somebody who is in', () => {
    const stage = withRoom({}, { maxParticipantsAllowed: '2' });
    stage.ask('other', 'join-room', open('room'));
    expect(stage.ask('other', 'join-room', open('room'))).toEqual([true]);
    expect(stage.state.rooms.get('room')?.participants).toEqual(['opener', 'other']);
  });

  it('is possible once the room is open', () => {
    const stage = new Stage();
    stage.connect('page');
    expect(stage.ask('page', 'join-room', open('1'))).toEqual([false, 'Room not available']);
    stage.webstreamer('1');
    expect(stage.ask('page', 'join-room', open('1'))).toEqual([true]);
  });

  it('joins a legacy page, which is its own room, with its password and its limit', () => {
    const stage = new Stage();
    stage.connect('host', { query: { maxParticipantsAllowed: '1' } });
    stage.ask('host', 'set-password', 'secret');
    stage.connect('page');
    expect(stage.ask('page', 'join-room', open('host'))).toEqual([false, 'Invalid password']);
    expect(stage.ask('page', 'join-room', open('host', { password: 'secret' }))).toEqual([true]);
    stage.say('page', 'host', { newParticipationRequest: true });
    expect(stage.news).toEqual(['host video-conference-demo page: newParticipationRequest']);
    stage.say('host', 'page', { enableMedia: true });
    stage.connect('third');
    expect(stage.ask('third', 'join-room', open('host', { password: 'secret' }))).toEqual([false, 'Room full']);
  });
});

describe('a room whose owner leaves', () => {
  it('is handed to the next one, who is told', () => {
    const stage = withRoom();
    stage.ask('other', 'join-room', open('room'));
    stage.leave('opener');
    expect(stage.news).toEqual(['other set-isInitiator-true room']);
    expect(stage.state.rooms.get('room')).toMatchObject({ owner: 'other', participants: ['other'] });
  });

  it('is not handed to a user whose socket is lost', () => {
    const stage = withRoom();
    stage.connect('third');
    for (const id of ['other', 'third']) stage.ask(id, 'join-room', open('room'));
    stage.lose('other');
    stage.leave('opener');
    expect(stage.state.rooms.get('room')?.owner).toBe('third');
  });

  it.each([
    ['autoCloseEntireSession', {}, { autoCloseEntireSession: 'true' }],
    ['a one-way session', { session: { oneway: true } }, {}],
    ['a broadcast', { session: { broadcast: true } }, {}],
  ])('ends with it: %s', (_name, more, query) => {
    const stage = withRoom(more, query);
    stage.ask('other', 'join-room', open('room'));
    stage.leave('opener');
    expect(stage.counts.rooms).toBe(0);
    expect(stage.user('other').roomId).toBeNull();
  });
});

describe("a webstreamer's connection", () => {
  it('is nobody else’s: not to be opened, not to be renamed to', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('thief');
    for (const id of ['page', 'thief']) {
      expect(stage.ask(id, 'open-room', open('1'))).toEqual([false, 'Room not available']);
      expect(stage.ask(id, 'changed-uuid', '1')).toBeUndefined();
    }
    expect(stage.state.rooms.get('1')).toMatchObject({ owner: '1', participants: ['1', 'page'] });
  });

  it('ends with its socket, and the page is told once', () => {
    const stage = new Stage();
    stage.call();
    stage.leave('1');
    expect(stage.news).toEqual(['page user-disconnected 1']);
    expect(stage.counts.rooms).toBe(0);
  });

  it('has one seat beside its own', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('second');
    expect(stage.ask('second', 'join-room', open('1'))).toEqual([false, 'Room full']);
    expect(stage.ask('second', 'check-presence', '1')).toEqual([
      true,
      '1',
      { _room: { isFull: true, isPasswordProtected: false } },
    ]);
  });

  it('has its seat free as soon as the page says that it has left', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('reloaded');
    stage.say('page', '1', { userLeft: true });
    expect(stage.news).toEqual(['1 video-conference-demo page: userLeft']);
    expect(stage.ask('reloaded', 'join-room', open('1'))).toEqual([true]);
    stage.leave('page');
    expect(stage.news).toEqual([]);
  });

  it.each(['page', '1'])('has its seat free when %s sends disconnect-with', (id) => {
    const stage = new Stage();
    stage.call();
    expect(stage.ask(id, 'disconnect-with', id === '1' ? 'page' : '1')).toEqual([]);
    expect(stage.news.toSorted()).toEqual(['1 user-disconnected page', 'page user-disconnected 1']);
    stage.connect('second');
    expect(stage.ask('second', 'join-room', open('1'))).toEqual([true]);
  });

  it('can be taken from a page that has joined and said nothing', () => {
    const stage = new Stage();
    stage.webstreamer('1');
    stage.connect('page');
    stage.ask('page', 'join-room', open('1'));
    stage.ask('1', 'disconnect-with', 'page');
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1']);
  });

  it('cannot be taken by strangers', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('stranger');
    for (const id of ['1', 'page', 'nobody', 7]) expect(stage.ask('stranger', 'disconnect-with', id)).toEqual([]);
    expect(stage.news).toEqual([]);
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1', 'page']);
  });
});

describe('check-presence', () => {
  it('knows rooms and users, and what is said of nobody', () => {
    const stage = withRoom({ extra: { n: 1 }, password: 'secret' });
    const room = { n: 1, _room: { isFull: false, isPasswordProtected: true } };
    expect(stage.ask('other', 'check-presence', 'room')).toEqual([true, 'room', room]);
    expect(stage.ask('opener', 'check-presence', 'other')).toEqual([true, 'other', absent]);
    expect(stage.ask('other', 'check-presence', 'other')).toEqual([false, 'other', absent]);
    expect(stage.ask('other', 'check-presence', 'nobody')).toEqual([false, 'nobody', absent]);
  });

  it.each([undefined, null, '', '<b>', 7])('is false for %j', (id) => {
    expect(withRoom().ask('other', 'check-presence', id)).toEqual([false, id, absent]);
  });
});

describe('passwords', () => {
  it('are asked for, set by the owner, and compared', () => {
    const stage = withRoom();
    const check = (password: unknown, id: unknown = 'room') => stage.ask('other', 'is-valid-password', password, id);
    expect(check('x')).toEqual([false, 'room', 'This room do not have any password.']);
    expect(stage.ask('opener', 'set-password', 'secret')).toEqual([true, 'room', null]);
    expect(check('secret')).toEqual([true, 'room', false]);
    expect(check('secre')).toEqual([false, 'room', 'Invalid password']);
    expect(check('')).toEqual([false, 'room', 'You did not enter the password.']);
    expect(check({})).toEqual([false, 'room', 'You did not enter the password.']);
    expect(check('x', '')).toEqual([false, '', 'You did not enter the room-id.']);
    expect(check('x', 'nowhere')).toEqual([false, 'nowhere', 'Room not available']);
  });

  it('are compared without regard to text or number', () => {
    const stage = withRoom({ password: 1234 });
    expect(stage.ask('other', 'join-room', open('room', { password: '1234' }))).toEqual([true]);
  });

  it('are set by nobody but the owner', () => {
    const stage = withRoom();
    expect(stage.ask('other', 'set-password', 'x')).toEqual([null, null, 'Did not join any room yet']);
    stage.ask('other', 'join-room', open('room'));
    expect(stage.ask('other', 'set-password', 'x')).toEqual([false, 'room', 'Room permission denied']);
    expect(stage.ask('opener', 'set-password', {})).toBeUndefined();
    expect(stage.state.rooms.get('room')?.password).toBe('');
  });
});

describe('get-public-rooms', () => {
  it('lists the rooms of an identifier', () => {
    const stage = withRoom({ identifier: 'public', password: 'secret', extra: { n: 1 } });
    expect(stage.ask('other', 'get-public-rooms', 'public')).toEqual([
      [
        {
          maxParticipantsAllowed: 1000,
          owner: 'opener',
          participants: ['opener'],
          extra: { n: 1 },
          session: { audio: true },
          sessionid: 'room',
          isRoomFull: false,
          isPasswordProtected: true,
        },
      ],
    ]);
    expect(stage.ask('other', 'get-public-rooms', 'other')).toEqual([[]]);
  });

  it.each([undefined, null, '', 7])('needs an identifier, not %j', (identifier) => {
    expect(withRoom().ask('other', 'get-public-rooms', identifier)).toEqual([null, 'publicRoomIdentifier is required']);
  });

  it('does not show connections, which have none', () => {
    const stage = new Stage();
    stage.webstreamer('1');
    stage.connect('page');
    expect(stage.ask('page', 'get-public-rooms', '')).toEqual([null, 'publicRoomIdentifier is required']);
  });
});

describe('close-entire-session', () => {
  it('ends the room for all in it when its owner asks', () => {
    const stage = withRoom({ extra: { n: 1 } });
    stage.ask('other', 'join-room', open('room'));
    expect(stage.ask('other', 'close-entire-session')).toEqual([false, 'Room permission denied']);
    expect(stage.ask('opener', 'close-entire-session')).toEqual([true]);
    expect(stage.news).toEqual(['other closed-entire-session room {"n":1}']);
    expect(stage.counts.rooms).toBe(0);
    expect(stage.ask('opener', 'close-entire-session')).toEqual([false, 'Room not available']);
  });

  it('ends the talks of a legacy page, which is a room itself', () => {
    const stage = new Stage();
    stage.connect('host');
    stage.connect('page');
    stage.say('page', 'host', { any: 1 });
    stage.told.splice(0);
    expect(stage.ask('host', 'close-entire-session')).toEqual([true]);
    expect(stage.news).toEqual(['page closed-entire-session host {}']);
  });
});

it('keeps a webstreamer in its own room while a query claims more', () => {
  const stage = new Stage();
  stage.connect('1', { query: { ...WEBSTREAMER, maxParticipantsAllowed: 'many' } });
  stage.ask('1', 'open-room', open('1'));
  expect(stage.state.rooms.get('1')?.maxParticipants).toBe(1000);
});
