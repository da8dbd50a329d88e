import { describe, expect, it } from 'vitest';
import { REQUEST, Stage } from './stage.ts';

const GUESSES = 10;

/** A room with a password, and a stranger to it. */
function room(): Stage {
  const stage = new Stage();
  stage.connect('owner');
  stage.ask('owner', 'open-room', { sessionid: 'room', password: 'secret' });
  stage.connect('stranger', { address: '192.0.2.1' });
  return stage;
}

/** The ways in which a password can be tried; each answers whether it was right. */
const ways: Record<string, (stage: Stage, who: string, password: string) => boolean> = {
  'join-room': (stage, who, password) => stage.ask(who, 'join-room', { sessionid: 'room', password })?.[0] === true,
  'is-valid-password': (stage, who, password) => stage.ask(who, 'is-valid-password', password, 'room')?.[0] === true,
  newParticipationRequest: (stage, who, password) => {
    stage.say(who, 'room', REQUEST, { password });
    return stage.news.some((news) => news.startsWith('owner'));
  },
};

describe.each(Object.entries(ways))('a password that is guessed by %s', (_name, guess) => {
  it('is not found, however many are tried and whoever tries them from that address', () => {
    const stage = room();
    for (let i = 0; i < GUESSES; i++) expect(guess(stage, 'stranger', `guess ${i}`)).toBe(false);
    expect(guess(stage, 'stranger', 'secret')).toBe(false);
    stage.connect('accomplice', { address: '192.0.2.1' });
    for (const other of Object.values(ways)) expect(other(stage, 'accomplice', 'secret')).toBe(false);
    expect(stage.refusals.filter((reason) => reason === 'wrong-password')).toHaveLength(GUESSES);
  });

  it('is still right for others, and for everybody after a while', () => {
    const stage = room();
    for (let i = 0; i <= GUESSES; i++) guess(stage, 'stranger', 'guess');
    stage.connect('friend', { address: '192.0.2.2' });
    expect(guess(stage, 'friend', 'secret')).toBe(true);
    stage.nowMs += 600_001;
    expect(guess(stage, 'stranger', 'secret')).toBe(true);
  });

  it('may be wrong a few times', () => {
    const stage = room();
    for (let i = 1; i < GUESSES; i++) guess(stage, 'stranger', 'typo');
    expect(guess(stage, 'stranger', 'secret')).toBe(true);
  });
});

it('a page of 3.4.5 is told when it has tried too often; asking without a password is no try', () => {
  const stage = new Stage();
  stage.connect('host');
  stage.ask('host', 'set-password', 'secret');
  stage.connect('guest');
  for (let i = 0; i < 100; i++) stage.say('guest', 'host', REQUEST, { password: false });
  expect(new Set(stage.news)).toEqual(new Set(['guest join-with-password host']));
  for (let i = 0; i < GUESSES; i++) stage.say('guest', 'host', REQUEST, { password: 'no' });
  expect(new Set(stage.news)).toEqual(new Set(['guest invalid-password host no']));
  stage.say('guest', 'host', REQUEST, { password: 'secret' });
  expect(stage.news).toEqual(['guest password-max-tries-over host']);
});

it('wrong passwords are remembered of ten thousand addresses and rooms at most', () => {
  const stage = room();
  for (let i = 0; i < 10_100; i++) {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    stage.connect('one', { address });
    stage.ask('one', 'is-valid-password', 'guess', 'room');
    stage.leave('one');
  }
  expect(stage.state.guesses.size).toBe(10_000);
});
