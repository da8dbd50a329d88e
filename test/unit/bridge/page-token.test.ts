import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_MESSAGE_EVENT as MESSAGE } from '../../../src/protocol/signalling/peer-message.ts';
import { overview, administrate } from '../../../src/server/bridge/admin.ts';
import { REQUEST, Stage } from './stage.ts';

const TOKEN = 'header.claims.signature';
const EXTRA = { fullName: 'Anna', webstreamer: { boxes: true, token: TOKEN } };
const SHARED = { fullName: 'Anna', webstreamer: { boxes: true } };
const query = { extra: JSON.stringify(EXTRA) };

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

/** Who has been told the token since the last look. */
const whoKnows = () => stage.told.filter((told) => JSON.stringify(told).includes(TOKEN)).map(({ to }) => to);

describe('the token of a page', () => {
  it('reaches the webstreamer whose connection it joins, with the request and with what follows', () => {
    stage.webstreamer('1');
    stage.connect('anna', { query });
    stage.ask('anna', 'join-room', { sessionid: '1' });
    stage.say('anna', '1', REQUEST);
    const [request] = stage.told.filter(({ to }) => to === '1');
    expect(request?.args).toMatchObject([{ message: REQUEST, extra: EXTRA }]);
    stage.say('1', 'anna', { enableMedia: true });
    stage.say('anna', '1', { readyForOffer: true });
    expect(stage.told.filter(({ to }) => to === '1').at(-1)?.args).toMatchObject([{ extra: EXTRA }]);
  });

  it.each<[string, object, string, ...unknown[]]>([
    ['the URL of the socket', { query }, 'check-presence', '1'],
    ['join-room', {}, 'join-room', { sessionid: '1', extra: EXTRA }],
    ['an update', {}, 'extra-data-updated', EXTRA],
    ['a request', {}, MESSAGE, { remoteUserId: 'nobody', message: REQUEST, sender: 'anna', extra: EXTRA }],
    ['a password that no room needs', {}, 'join-room', { sessionid: '1', password: TOKEN }],
  ])('may be said by %s', (_way, connect, event, ...args) => {
    stage.webstreamer('1');
    stage.connect('anna', connect);
    stage.ask('anna', event, ...args);
    stage.ask('anna', 'join-room', { sessionid: '1' });
    stage.say('anna', '1', REQUEST);
    expect(stage.told.at(-1)).toMatchObject({ to: '1', args: [{ extra: { webstreamer: { token: TOKEN } } }] });
  });

  it('reaches nobody else, whoever asks, and however they ask', () => {
    stage.webstreamer('1');
    stage.connect('anna', { query });
    stage.join('anna', '1');
    stage.say('1', 'anna', { enableMedia: true });
    stage.told.splice(0);
    // Another connection, a stranger, somebody who administrates.
    stage.webstreamer('2');
    stage.connect('mallory', { query: { sessionid: 'anna' } });
    for (const who of ['2', 'mallory']) {
      expect(stage.ask(who, 'get-remote-user-extra-data', 'anna')).toEqual([SHARED]);
      expect(JSON.stringify(stage.ask(who, 'check-presence', 'anna'))).not.toContain(TOKEN);
      stage.say(who, 'anna', REQUEST);
      stage.say(who, 'anna', { hello: true });
      stage.say('anna', who, { hello: true });
    }
    stage.say('anna', 'mallory', REQUEST);
    stage.ask('anna', 'extra-data-updated', EXTRA);
    expect(whoKnows()).toEqual([]);
    expect(
      JSON.stringify([overview(stage.state, false), administrate(stage.state, { userinfo: true, userid: 'anna' })]),
    ).not.toContain(TOKEN);
    expect(JSON.stringify(stage.warnings)).not.toContain(TOKEN);
  });

  it('is told to nobody in a room of pages, not even to its owner', () => {
    stage.connect('owner');
    stage.ask('owner', 'open-room', { sessionid: 'room', identifier: 'public' });
    for (const who of ['anna', 'ben']) {
      stage.connect(who, { query });
      stage.join(who, 'room');
    }
    stage.say('anna', 'owner', { hello: true });
    stage.say('anna', 'ben', { hello: true });
    stage.ask('anna', 'extra-data-updated', EXTRA);
    expect(whoKnows()).toEqual([]);
  });

  it('is in no list of rooms, also when whoever has it opens one', () => {
    stage.connect('anna', { query });
    stage.ask('anna', 'open-room', { sessionid: 'room', identifier: 'public', extra: EXTRA });
    stage.connect('mallory');
    const answers = [
      stage.ask('mallory', 'get-public-rooms', 'public'),
      stage.ask('mallory', 'check-presence', 'room'),
      overview(stage.state, false),
    ];
    expect(JSON.stringify(answers)).toContain('Anna');
    expect(JSON.stringify(answers)).not.toContain(TOKEN);
    stage.join('mallory', 'room');
    stage.told.splice(0);
    stage.ask('anna', 'close-entire-session');
    expect(whoKnows()).toEqual([]);
  });

  it('that is no text, or too long, is none', () => {
    stage.webstreamer('1');
    for (const token of [7, null, { token: TOKEN }, 'x'.repeat(5000)]) {
      stage.connect('anna', { query: { extra: JSON.stringify({ webstreamer: { token } }) } });
      expect(stage.user('anna')).toMatchObject({ token: null, extra: { webstreamer: {} } });
      stage.leave('anna');
    }
  });
});

describe('the password of a request', () => {
  it('is for the owner of the room alone', () => {
    stage.connect('owner');
    stage.ask('owner', 'open-room', { sessionid: 'room', password: 'secret' });
    stage.connect('ben');
    stage.ask('ben', 'join-room', { sessionid: 'room', password: 'secret' });
    stage.connect('carla');
    stage.told.splice(0);
    stage.say('carla', 'room', REQUEST, { password: 'secret' });
    expect(stage.told.map(({ to, args }) => [to, (args[0] as { password: unknown }).password])).toEqual([
      ['owner', 'secret'],
      ['ben', false],
    ]);
  });
});
