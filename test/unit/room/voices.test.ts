import { expect, it } from 'vitest';
import { Voices } from '../../../src/server/room/voices.ts';

const said = (db: number) => new Map([['a', db]]);

it('somebody speaks from the first word on until they have paused for half a second', () => {
  const voices = new Voices();
  expect([voices.hear(said(-20), 0), voices.speaks('a')]).toEqual([['a'], true]);
  expect(voices.hear(said(-80), 400)).toEqual([]);
  expect(voices.hear(said(-20), 450)).toEqual([]);
  expect([voices.hear(new Map(), 900), voices.speaks('a')]).toEqual([[], true]);
  expect([voices.hear(new Map(), 950), voices.speaks('a')]).toEqual([['a'], false]);
});

it('the noise of a quiet room is no voice', () => {
  const voices = new Voices();
  expect([voices.hear(said(-60), 0), voices.speaks('a')]).toEqual([[], false]);
});

it('somebody who has gone speaks no more, and nothing is told of it', () => {
  const voices = new Voices();
  voices.hear(said(-20), 0);
  voices.forget('a');
  expect([voices.speaks('a'), voices.hear(new Map(), 1_000)]).toEqual([false, []]);
});
