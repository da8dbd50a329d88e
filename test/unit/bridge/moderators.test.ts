import { describe, expect, it } from 'vitest';
import { REQUEST, Stage } from './stage.ts';

const LEGACY = { autoCloseEntireSession: 'false' };

/** A page of 3.4.5 that has opened `room`, and two that have joined it. */
function meeting(): Stage {
  const stage = new Stage();
  stage.connect('room', { query: { ...LEGACY, sessionid: 'room' } });
  for (const id of ['first', 'second']) {
    stage.connect(id, { query: { ...LEGACY, sessionid: 'room' } });
    stage.say(id, 'room', REQUEST, { password: false });
    stage.say('room', id, { enableMedia: true });
  }
  stage.told.splice(0);
  return stage;
}

describe('a room of pages of 3.4.5', () => {
  it('goes to the first that came when its opener leaves, and on to the next', () => {
    const stage = meeting();
    stage.say('first', 'second', { enableMedia: true });
    stage.told.splice(0);
    stage.leave('room');
    expect(stage.news).toEqual([
      'first user-disconnected room',
      'second user-disconnected room',
      'first become-next-modrator room',
    ]);
    expect(stage.ask('first', 'changed-uuid', 'room')).toEqual([]);
    stage.ask('room', 'shift-moderator-control-on-disconnect');
    stage.connect('late', { query: LEGACY });
    stage.say('late', 'room', REQUEST, { password: false });
    expect(stage.news).toContain('room video-conference-demo late: newParticipationRequest');
    stage.leave('room');
    expect(stage.news.at(-1)).toBe('second become-next-modrator room');
  });

  it('goes to nobody when its opener wants it to end, nor when somebody else leaves', () => {
    const stage = new Stage();
    stage.connect('room', { query: { sessionid: 'room', autoCloseEntireSession: 'true' } });
    stage.connect('guest', { query: { ...LEGACY, sessionid: 'room' } });
    stage.say('guest', 'room', REQUEST, { password: false });
    stage.say('room', 'guest', { enableMedia: true });
    stage.told.splice(0);
    stage.leave('room');
    expect(stage.news).toEqual(['guest user-disconnected room']);
    const other = meeting();
    other.leave('first');
    expect(other.news).toEqual(['room user-disconnected first']);
  });

  it('is in the public list while its opener wants it to be', () => {
    const stage = meeting();
    stage.ask('room', 'extra-data-updated', { title: 'all hands' });
    stage.ask('room', 'become-a-public-moderator');
    stage.ask('second', 'become-a-public-moderator');
    const [all] = stage.ask('first', 'get-public-moderators', '') as [unknown[]];
    expect(all).toEqual([
      { userid: 'room', extra: { title: 'all hands' } },
      { userid: 'second', extra: {} },
    ]);
    expect(stage.ask('first', 'get-public-moderators', 'ro')).toEqual([[all[0]]]);
    expect(stage.ask('room', 'get-public-moderators', { no: 'text' })).toEqual([[all[1]]]);
    stage.ask('room', 'dont-make-me-moderator');
    expect(stage.ask('first', 'get-public-moderators')).toEqual([[all[1]]]);
  });
});

describe('the last words of a page of 3.4.5', () => {
  const words = { shiftedModerationControl: true, firedOnLeave: true };

  it('are said when it has gone', () => {
    const stage = meeting();
    stage.say('room', 'second', words);
    expect(stage.news).toEqual([]);
    stage.leave('room');
    expect(stage.news[0]).toBe('second video-conference-demo room: shiftedModerationControl');
  });

  it('are not said to somebody that it has never talked to', () => {
    const stage = meeting();
    stage.connect('stranger');
    stage.say('room', 'stranger', words);
    stage.leave('room');
    expect(stage.news.filter((news) => news.startsWith('stranger'))).toEqual([]);
  });
});
