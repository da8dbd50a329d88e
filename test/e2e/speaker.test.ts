import { afterEach, beforeEach, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { meet } from './support/meeting.ts';
import { ourPage } from './support/pages.ts';
import { startServer, type TestServer } from './support/server.ts';

const PEOPLE = [
  { colour: 'red', tone: 'do' },
  { colour: 'green', tone: 're' },
  { colour: 'blue', tone: 'mi' },
] as const;

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ rooms: [{ name: 'hall', layout: 'speaker', connections: ['1', '2', '3'] }] });
});
afterEach(() => server.close());

async function giveFloor(connection: string): Promise<void> {
  expect(await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection })).toMatchObject({
    status: 200,
    body: { speaker: connection },
  });
}

/** Whole numbers below `limit`, the same ones for the same seed. */
function* randomNumbers(limit: number, seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield Math.floor((state / 2 ** 32) * limit);
  }
}

describe('a room in the layout speaker', () => {
  test('shows everybody the slate until somebody has the floor, then the speaker, and the slate when they leave', async ({
    cast,
  }) => {
    const [anna, ben, chris] = await meet(cast, server, 'hall', PEOPLE);
    await Promise.all([anna, ben, chris].map((person) => person.waitForColours(['other'])));

    await giveFloor('1');
    await Promise.all([ben.waitForColours(['red']), chris.waitForColours(['red']), anna.waitForColours(['other'])]);
    await Promise.all([
      anna.waitForTones(['re', 'mi']),
      ben.waitForTones(['do', 'mi']),
      chris.waitForTones(['do', 're']),
    ]);
    expect(await server.api('PATCH', '/api/v1/rooms/hall', { sound: 'speaker' })).toMatchObject({ status: 200 });
    await Promise.all([ben.waitForTones(['do']), chris.waitForTones(['do']), anna.waitForTones([])]);

    await giveFloor('2');
    await Promise.all([anna.waitForColours(['green']), chris.waitForColours(['green']), ben.waitForColours(['red'])]);
    await Promise.all([anna.waitForTones(['re']), chris.waitForTones(['re']), ben.waitForTones([])]);

    await ben.leave();
    await Promise.all([anna.waitForColours(['other']), chris.waitForColours(['other'])]);
    await Promise.all([anna.waitForFrames(), chris.waitForFrames()]);
    await ben.open(ourPage(server.origin));
    await ben.join('2');
    await Promise.all([anna.waitForColours(['green']), chris.waitForColours(['green'])]);

    expect(await server.api('DELETE', '/api/v1/rooms/hall/speaker')).toMatchObject({ status: 204 });
    await Promise.all([anna, ben, chris].map((person) => person.waitForColours(['other'])));
  });

  test('goes from one speaker to the next without any other picture or a frozen one in between', async ({ cast }) => {
    const people = await meet(cast, server, 'hall', PEOPLE);
    const [, , watcher] = people;
    await giveFloor('1');
    await watcher.waitForColours(['red']);
    await watcher.startRecording();
    const random = randomNumbers(1_000, 20_261);
    let speaker = '1';
    for (let round = 0; round < 10; round++) {
      speaker = speaker === '1' ? '2' : '1';
      await giveFloor(speaker);
      await watcher.waitForColours([speaker === '1' ? 'red' : 'green']);
      // At random moments of the publishers' key frames: this many frames of the new speaker first, so many at least that one is recorded.
      await watcher.waitForFrames(2 + ((random.next().value as number) % 20));
    }
    await watcher.waitForFrames(2); // the recorder hears of a frame after it can be seen
    const [frames = [], ...others] = Object.values(await watcher.stopRecording());
    expect(others).toEqual([]);
    expect(new Set(frames.map(({ colour }) => colour))).toEqual(new Set(['red', 'green']));
    const gaps = frames.slice(1).map(({ t }, index) => t - (frames[index]?.t ?? t));
    expect(Math.max(...gaps)).toBeLessThan(1_000);
    const changes = frames.slice(1).filter(({ colour }, index) => colour !== frames[index]?.colour);
    expect(changes).toHaveLength(10);
  });
});
