import { describe, expect, test } from 'vitest';
import type { RoomResource, Webstreamer } from '../../../src/client/index.ts';
import { ApiError, UnreachableError } from '../../../src/client/index.ts';
import { levelOf } from '../../../src/web/room/level-meter.ts';
import { hueOf, initialsOf } from '../../../src/web/room/name-card.ts';
import { mayOperate } from '../../../src/web/room/operation.ts';
import { type PageState, pageStateFor, wayOnAfter } from '../../../src/web/room/page-state.ts';
import { peopleOfBoxes, peopleOfRoom } from '../../../src/web/room/people.ts';
import { failureOf, Places } from '../../../src/web/room/places.ts';
import { type RoomText, TextReader } from '../../../src/web/room/text-reader.ts';
import { claimsOf, invitedBy, roomOf, takePlace, takeToken } from '../../../src/web/room/token.ts';
import { failureAfterRepair, repairLimitMs } from '../../../src/web/shared/call-state.ts';
import { readServerWord } from '../../../src/web/shared/server-words.ts';

describe('the state of the page', () => {
  const preview: PageState = { screen: 'preview' };
  const inCall: PageState = { screen: 'call', progress: 'on' };
  const ended: PageState = { screen: 'ended', why: 'removed', detail: 'The hour is over.' };

  test('follows the call', () => {
    expect(pageStateFor({ name: 'asking' }, preview)).toEqual({ screen: 'call', progress: 'connecting' });
    expect(pageStateFor({ name: 'connecting', attempts: 0 }, preview)).toEqual({
      screen: 'call',
      progress: 'connecting',
    });
    expect(pageStateFor({ name: 'connecting', attempts: 2 }, preview)).toEqual({ screen: 'call', progress: 'slow' });
    expect(pageStateFor({ name: 'joining', id: '1' }, preview)).toEqual({ screen: 'call', progress: 'joining' });
    expect(pageStateFor({ name: 'waiting', id: '1' }, preview)).toEqual({ screen: 'call', progress: 'waiting' });
    expect(pageStateFor({ name: 'connected', id: '1' }, preview)).toEqual(inCall);
    for (const cause of ['server-lost', 'peer-left', 'media-lost', 'server-stops'] as const)
      expect(pageStateFor({ name: 'interrupted', cause }, inCall)).toEqual({ screen: 'call', progress: cause });
    expect(pageStateFor({ name: 'failed', failure: 'removed', detail: 'The hour is over.' }, inCall)).toEqual(ended);
  });

  test('is that somebody has left only when they were in the call', () => {
    expect(pageStateFor({ name: 'idle' }, inCall)).toEqual({ screen: 'ended', why: 'left', detail: undefined });
    expect(pageStateFor({ name: 'idle' }, preview)).toEqual(preview);
    expect(pageStateFor({ name: 'idle' }, ended)).toEqual(ended);
  });

  test('offers a way on where there is one', () => {
    expect((['left', 'removed', 'call-ended'] as const).map(wayOnAfter)).toEqual(['again', 'again', 'again']);
    expect((['room-full', 'room-locked', 'shutdown'] as const).map(wayOnAfter)).toEqual(['retry', 'retry', 'retry']);
    expect((['token-expired', 'not-allowed'] as const).map(wayOnAfter)).toEqual(['none', 'none']);
  });
});

describe('a broken call', () => {
  test('is not repaired for long where the server has made up its mind', () => {
    expect(repairLimitMs('room-locked')).toBe(0);
    expect(repairLimitMs('room-full')).toBeGreaterThan(0);
    expect(repairLimitMs('server-unreachable')).toBeGreaterThan(repairLimitMs('room-full'));
  });

  test('ends with what is known of it', () => {
    expect(failureAfterRepair('server-unreachable', 'server-lost')).toBe('server-unreachable');
    expect(failureAfterRepair('server-unreachable', 'server-stops')).toBe('shutdown');
    expect(failureAfterRepair('token-expired', 'media-lost')).toBe('token-expired');
    expect(failureAfterRepair('room-not-available', 'peer-left')).toBe('call-ended');
  });
});

describe('the token of a link', () => {
  function browser(hash: string) {
    const kept = new Map<string, string>();
    const shown: string[] = [];
    const places = {
      location: { hash, pathname: '/rooms/lobby', search: '' },
      history: { replaceState: (_: unknown, __: string, url?: string | URL | null) => void shown.push(String(url)) },
      storage: {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
      },
    };
    return { places, shown };
  }

  test('is taken out of the address, and is there when the page is loaded again', () => {
    const { places, shown } = browser('#token=a.b.c');
    expect(takeToken('lobby', places)).toBe('a.b.c');
    expect(shown).toEqual(['/rooms/lobby']);
    places.location.hash = '';
    expect(takeToken('lobby', places)).toBe('a.b.c');
    expect(takeToken('another', places)).toBeUndefined();
    expect(shown).toHaveLength(1);
  });

  test('may be that of a place, which is kept nowhere', () => {
    const { places, shown } = browser('#place=f00d&token=a.b.c');
    expect(takePlace(places)).toEqual({ connection: 'f00d', token: 'a.b.c' });
    expect(shown).toEqual(['/rooms/lobby']);
    expect(takePlace(browser('#place=f00d&role=viewer').places)).toEqual({ connection: 'f00d', token: null });
    for (const hash of ['', '#token=a.b.c', '#place=']) expect(takePlace(browser(hash).places)).toBeUndefined();
    places.location.hash = '';
    expect(takeToken('lobby', places)).toBeUndefined();
  });

  test('says to the page for whom it is, if it is one', () => {
    const claims = Buffer.from(JSON.stringify({ name: 'Zoë 王', role: 'viewer' })).toString('base64url');
    expect(claimsOf(`x.${claims}.y`)).toEqual({ name: 'Zoë 王', role: 'viewer' });
    for (const token of [undefined, '', 'wsk_abc', 'a.!.c', 'a.bnVsbA.c']) expect(claimsOf(token)).toEqual({});
  });

  test('is not needed on a server that asks for none: the link says itself for whom it is', () => {
    expect(invitedBy('#role=viewer&name=Zo%C3%AB+%E7%8E%8B')).toEqual({ name: 'Zoë 王', role: 'viewer' });
    for (const hash of ['', '#', '#name=', '#token=a.b.c']) expect(invitedBy(hash)).toEqual({});
  });

  test('comes with the room’s name in the address', () => {
    expect(['/rooms/lobby', '/rooms/%E4%BC%9A%E8%AE%AE/', '/rooms/a/b', '/rooms/%', '/'].map(roomOf)).toEqual([
      'lobby',
      '会议',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('places', () => {
  const client = (places: string[]) => {
    const join = () => Promise.resolve({ connection: places.shift()!, token: null, name: 'Anna' });
    return { join } as unknown as Webstreamer;
  };
  const idOf = async (places: Places) => (await places.find('Anna', undefined)).id;

  test('are new ones each time, but for the one that the page was opened with', async () => {
    const places = new Places(client(['a', 'b']), 'lobby');
    expect([await idOf(places), await idOf(places)]).toEqual(['a', 'b']);
    expect(places.explain('room-not-available')).toBe('room-not-available');
    const given = new Places(client(['a']), 'lobby', { connection: 'f00d', token: null });
    expect(await idOf(given)).toBe('f00d');
    expect([given.explain('room-not-available'), given.explain('room-locked')]).toEqual(['place-gone', 'room-locked']);
    expect(await idOf(given)).toBe('a');
    expect(given.explain('room-full')).toBe('room-full');
  });

  test('are no others where the token is that of one place', async () => {
    const places = new Places(client([]), 'lobby', { connection: 'f00d', token: 'a.b.c' });
    const goal = await places.find('Anna', undefined);
    expect(goal).toMatchObject({ id: 'f00d', extra: { fullName: 'Anna', webstreamer: { token: 'a.b.c' } } });
    expect(await idOf(places)).toBe('f00d');
  });
});

describe('a text', () => {
  test('is what the library has put together, by whom its last frame says', () => {
    const texts: RoomText[] = [];
    const reader = new TextReader((text) => texts.push(text));
    reader.frame(JSON.stringify({ message: 'he' }));
    reader.take('hello');
    reader.frame(JSON.stringify({ message: 'llo', last: true, from: '2', name: 'Ben' }));
    reader.take({ text: 'from another page' });
    reader.frame(JSON.stringify({ last: true, from: null, name: null }));
    reader.take({ points: [1] });
    reader.frame(JSON.stringify({ last: true, from: '3', name: 7 }));
    reader.frame('no JSON');
    reader.frame('null');
    reader.frame(JSON.stringify({ last: true, from: '2' }));
    expect(texts).toEqual([
      { from: '2', name: 'Ben', text: 'hello' },
      { from: null, name: null, text: 'from another page' },
      { from: '3', name: null, text: '{"points":[1]}' },
    ]);
  });
});

describe('what the server says of boxes', () => {
  const label = { connection: '2', name: 'Ben', muted: { audio: true, video: false }, speaker: true, speaking: false };

  test('is whom and what they show, and how others see this page’s user', () => {
    const word = readServerWord({
      message: { boxes: { a: label }, shows: { a: 'screen', b: 'slate' }, stopped: [label, 3], own: label },
    });
    expect(word).toEqual({
      kind: 'boxes',
      labels: new Map([['a', label]]),
      kinds: new Map([
        ['a', 'screen'],
        ['b', 'slate'],
      ]),
      stopped: [label],
      own: label,
    });
  });

  test('may be less, from another server, or nonsense', () => {
    const nothing = { kind: 'boxes', labels: new Map(), kinds: new Map(), stopped: [], own: undefined };
    expect(readServerWord({ message: { boxes: {} } })).toEqual(nothing);
    expect(readServerWord({ message: { boxes: { a: 1 }, shows: 3, own: null } })).toEqual(nothing);
    expect(readServerWord({ message: { userLeft: true } })).toBeUndefined();
    expect(readServerWord('x')).toBeUndefined();
  });
});

describe('what somebody may do', () => {
  const access = { required: true, room: null, subject: null, expiresAt: null };

  test('is to operate a room with a scope for it, or where nothing is asked', () => {
    expect(mayOperate({ ...access, required: false, scopes: [] }, 'lobby')).toBe(true);
    expect(mayOperate({ ...access, scopes: ['join'] }, 'lobby')).toBe(false);
    expect(mayOperate({ ...access, scopes: ['room-operator', 'join'], room: 'lobby' }, 'lobby')).toBe(true);
    expect(mayOperate({ ...access, scopes: ['room-operator', 'join'], room: 'other' }, 'lobby')).toBe(false);
  });

  test('is refused in words that a person knows', () => {
    const problem = (code: string) => new ApiError({ type: '', title: '', status: 400, code, detail: 'It is so.' });
    expect(failureOf(problem('room-not-found'))).toMatchObject({ failure: 'room-not-available', detail: undefined });
    expect(failureOf(problem('something-new'))).toMatchObject({ failure: 'join-refused', detail: 'It is so.' });
    expect(failureOf(new UnreachableError('x')).failure).toBe('server-unreachable');
    expect(() => failureOf(new TypeError('a mistake'))).toThrow('a mistake');
  });
});

describe('the people of a room', () => {
  test('are those who are there, oneself first', () => {
    const connection = { user: null, since: '', speaking: false, role: 'participant', temporary: true } as const;
    const nothing = { audio: false, video: false };
    const room = {
      speaker: '2',
      connections: [
        {
          ...connection,
          id: '1',
          name: 'Ben',
          state: 'connected',
          muted: { audio: true, video: false },
          selfMuted: nothing,
        },
        {
          ...connection,
          id: '2',
          name: 'Anna',
          state: 'connected',
          muted: nothing,
          selfMuted: { audio: false, video: true },
        },
        { ...connection, id: '3', name: '3', state: 'waiting', muted: nothing, selfMuted: nothing },
      ],
    } as unknown as RoomResource;
    const people = peopleOfRoom(room, '2');
    expect(people.map(({ name, own, speaker, muted, stopped }) => ({ name, own, speaker, muted, stopped }))).toEqual([
      { name: 'Anna', own: true, speaker: true, muted: { audio: false, video: true }, stopped: nothing },
      {
        name: 'Ben',
        own: false,
        speaker: false,
        muted: { audio: true, video: false },
        stopped: { audio: true, video: false },
      },
    ]);
  });

  test('are for others those whom boxes show, and those whose picture the host has stopped', () => {
    const label = (connection: string) => ({
      connection,
      name: connection,
      muted: { audio: false, video: false },
      speaker: false,
      speaking: false,
    });
    const own = { connection: '1', name: 'Anna', muted: { audio: false, video: false } };
    const people = peopleOfBoxes(own, [label('2')], [label('3')]);
    expect(people.map(({ connection, own: isOwn, hidden }) => [connection, isOwn, hidden])).toEqual([
      ['1', true, false],
      ['2', false, false],
      ['3', false, true],
    ]);
  });

  test('have initials and a hue of their own where there is no camera', () => {
    expect(['Anna Berg', 'ben', '王小明', '  ', '👩‍🚀 x y'].map(initialsOf)).toEqual(['AB', 'B', '王', '•', '👩‍🚀Y']);
    expect(hueOf('Anna')).toBe(hueOf('Anna'));
    expect(hueOf('Anna')).not.toBe(hueOf('Ben'));
  });
});

describe('the level of a microphone', () => {
  test('is 0 for silence and 1 for what cannot be louder', () => {
    const wave = (amplitude: number) => new Float32Array(2048).map((_, at) => (at % 2 ? amplitude : -amplitude));
    expect(levelOf(new Float32Array(2048))).toBe(0);
    expect(levelOf(wave(1))).toBe(1);
    expect(levelOf(wave(0.03))).toBeGreaterThan(0.3);
    expect(levelOf(wave(0.03))).toBeLessThan(0.7);
  });
});
