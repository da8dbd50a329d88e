import { describe, expect, it } from 'vitest';
import { REQUEST, Stage, WEBSTREAMER } from './stage.ts';

describe('the id of a webstreamer whose socket is lost for a moment', () => {
  it.each(['same', 'old'] as const)('is not for a page that opens a room of that name: %s client', (client) => {
    const stage = new Stage();
    stage.connect('1', { query: WEBSTREAMER, client });
    stage.ask('1', 'open-room', { sessionid: '1' });
    stage.lose('1');
    for (const stranger of ['another', 'old'] as const)
      expect(stage.connect('1', { query: { autoCloseEntireSession: 'false' }, client: stranger })).toBe('taken');
    stage.connect('page');
    expect(stage.ask('page', 'open-room', { sessionid: '1' })).toEqual([false, 'Room not available']);
    expect(stage.ask('page', 'changed-uuid', '1')).toBeUndefined();
    expect(stage.state.rooms.get('1')?.participants).toEqual(['1']);
    expect(stage.connect('1', { query: WEBSTREAMER, client })).toBe('back');
  });

  it('is free for anybody after its time of grace', () => {
    const stage = new Stage();
    stage.call();
    stage.lose('1');
    stage.ring('1', 'grace');
    expect(stage.connect('1', { client: 'another' })).toBe('new');
  });
});

describe('a password that a page has given', () => {
  it('is for the one who has asked for it, not for the next one of the same id', () => {
    const stage = new Stage();
    stage.connect('guest');
    for (const password of ['first', 'second']) {
      stage.connect('host');
      stage.ask('host', 'set-password', password);
      if (password === 'first')
        expect(stage.ask('guest', 'join-room', { sessionid: 'host', password: 'first' })).toEqual([true]);
      stage.say('guest', 'host', REQUEST);
      if (password === 'first')
        expect(stage.news).toEqual(['host video-conference-demo guest: newParticipationRequest']);
      else expect(stage.news).toEqual(['guest join-with-password host']);
      stage.leave('host');
    }
  });

  it('cannot be left out by an offer to the page that has opened the room', () => {
    const stage = new Stage();
    for (const id of ['owner', 'stranger']) stage.connect(id);
    stage.ask('owner', 'open-room', { sessionid: 'room', password: 'secret' });
    for (const message of [{ type: 'offer' }, { enableMedia: true }, { readyForOffer: true }])
      stage.say('stranger', 'owner', message);
    expect(stage.news).toEqual([]);
    expect(stage.warnings).toHaveLength(3);
    stage.say('stranger', 'owner', REQUEST);
    expect(stage.news).toEqual(['stranger join-with-password room']);
    expect(stage.ask('stranger', 'join-room', { sessionid: 'room', password: 'secret' })).toEqual([true]);
    stage.say('stranger', 'owner', { type: 'offer' });
    expect(stage.news.at(-1)).toBe('owner video-conference-demo stranger: type');
  });
});

describe('a page in the room of a webstreamer', () => {
  it('is no room for others under its own id', () => {
    const stage = new Stage();
    stage.call();
    stage.connect('other');
    expect(stage.ask('other', 'check-presence', 'page')?.slice(0, 2)).toEqual([false, 'page']);
    expect(stage.ask('other', 'join-room', { sessionid: 'page' })).toEqual([false, 'Room not available']);
    stage.say('other', 'page', REQUEST);
    expect(stage.news).toEqual([]);
  });
});

describe('events that only a server says', () => {
  it.each(['become-next-modrator', 'password-max-tries-over', 'join-broadcaster', 'rejoin-broadcast', 'user-left'])(
    'cannot be said by a page: %s',
    (name) => {
      const stage = new Stage();
      stage.call();
      stage.ask('page', 'set-custom-socket-event-listener', name);
      stage.ask('page', name, '1');
      expect(stage.news).toEqual([]);
      expect(stage.warnings).toHaveLength(1);
    },
  );
});

describe('data that are nested too deeply to be sent', () => {
  let deep: Record<string, unknown> = {};
  for (let i = 0; i < 10_000; i++) deep = { deep };

  it('of one page cost nobody else an answer', () => {
    const stage = new Stage();
    stage.connect('hostile');
    expect(
      stage.ask('hostile', 'open-room', { sessionid: 'room', identifier: 'public', extra: deep, session: deep }),
    ).toEqual([true]);
    stage.ask('hostile', 'extra-data-updated', deep);
    stage.connect('page');
    expect(JSON.stringify(stage.ask('page', 'get-public-rooms', 'public'))).toContain('"sessionid":"room"');
    expect(JSON.stringify(stage.ask('page', 'check-presence', 'room'))).toContain('[true,"room"');
    expect(stage.ask('page', 'get-remote-user-extra-data', 'hostile')).toEqual([{}]);
  });

  it('are not sent back', () => {
    const stage = new Stage();
    stage.connect('page');
    expect(stage.ask('page', 'check-presence', deep)?.slice(0, 2)).toEqual([false, null]);
    expect(stage.ask('page', 'is-valid-password', 'secret', deep)?.slice(0, 2)).toEqual([false, null]);
  });

  it('may be as deep as any page needs', () => {
    const stage = new Stage();
    stage.connect('page');
    let extra: Record<string, unknown> = {};
    for (let i = 0; i < 50; i++) extra = { extra };
    stage.ask('page', 'extra-data-updated', extra);
    expect(stage.user('page').extra).toEqual(extra);
  });
});
