import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { ApiEvent } from '../../src/protocol/http-api/event.ts';
import { meet, seeEachOther } from './support/meeting.ts';
import { openPlainPage, ourPage } from './support/pages.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import { until } from './support/until.ts';

const PEOPLE = [
  { colour: 'red', tone: 'do' },
  { colour: 'green', tone: 're' },
  { colour: 'blue', tone: 'mi' },
] as const;

/** What is used of the library's object, which the plain page has in a global. */
declare const connection: {
  attachStreams: Record<'mute' | 'unmute', (kind: string) => void>[];
  streamEvents: Record<string, { type?: string; muteType?: string } | undefined>;
};

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ rooms: [{ name: 'hall', connections: ['1', '2', '3', '4'] }] });
});
afterEach(() => server.close());

const change = (connection: string, body: object) =>
  server.api('PATCH', `/api/v1/rooms/hall/connections/${connection}`, body);
const setRoom = (body: object) => server.api('PATCH', '/api/v1/rooms/hall', body);

/** Reads events until one satisfies `wanted`. */
async function event(wanted: (event: ApiEvent) => boolean, query = ''): Promise<ApiEvent> {
  const ending = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events${query}`, { signal: ending.signal });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = [...text.matchAll(/^data: (.*)\n/gm)].map(([, data]) => JSON.parse(data!) as ApiEvent);
    const found = events.find(wanted);
    if (found) {
      ending.abort();
      return found;
    }
  }
  throw new Error('the events have ended');
}

describe('the operator of a room', () => {
  test('mutes and unmutes, sees who mutes themselves, and everybody’s page says whom it shows', async ({ cast }) => {
    const [anna, ben, chris] = await meet(cast, server, 'hall', PEOPLE);
    await seeEachOther([anna, ben, chris]);
    await Promise.all([
      anna.waitForTones(['re', 'mi']),
      ben.waitForTones(['do', 'mi']),
      chris.waitForTones(['do', 're']),
    ]);

    await change('1', { name: 'Anna 安娜', muted: { audio: true } });
    await Promise.all([ben.waitForTones(['mi']), chris.waitForTones(['re']), anna.waitForTones(['re', 'mi'])]);
    await ben.waitForText('.media-container.audio-muted .caption', 'Anna 安娜');
    await seeEachOther([anna, ben, chris]);

    await change('1', { muted: { audio: false, video: true } });
    await Promise.all([ben.waitForColours(['blue']), chris.waitForColours(['green'])]);
    await Promise.all([ben.waitForTones(['do', 'mi']), chris.waitForTones(['do', 're'])]);
    await change('1', { muted: { video: false } });
    await seeEachOther([anna, ben, chris]);
  });

  test('sees who mutes themselves, and so do the others, by the library’s own words', async ({ cast }) => {
    const [anna, ben, chris] = await Promise.all(PEOPLE.map((person) => cast.launch(person)));
    for (const [index, person] of [anna!, ben!, chris!].entries()) {
      if (person === anna) await person.open(ourPage(server.origin));
      else await openPlainPage(person, server.origin);
      await person.join(String(index + 1));
      await server.waitForState('hall', String(index + 1), 'connected', 30_000);
    }
    await seeEachOther([anna!, ben!, chris!]);
    const setMuted = (action: 'mute' | 'unmute', kind: string) =>
      chris!.page.evaluate(
        ([what, type]) => {
          connection.attachStreams[0]![what](type);
        },
        [action, kind] as const,
      );
    await setMuted('mute', 'audio');
    await anna!.waitForText('.media-container.audio-muted .caption', '3');
    await Promise.all([anna!.waitForTones(['re']), ben!.waitForTones(['do'])]);
    const selfMuted = async () => (await server.room('hall')).connections[2]?.selfMuted;
    expect(await selfMuted()).toEqual({ audio: true, video: false });

    await setMuted('mute', 'video');
    await anna!.waitForText('.media-container.video-muted .caption', '3');
    // Ben's library has heard it of the box that shows Chris, and of no other; that of main goes on playing everybody's sound.
    await ben!.page.waitForFunction(() => {
      const remote = Object.values(connection.streamEvents).filter((event) => event?.type === 'remote');
      return remote.map((event) => event?.muteType ?? 'no').join() === 'no,video';
    });
    await ben!.waitForTones(['do']);
    await setMuted('unmute', 'audio');
    await setMuted('unmute', 'video');
    await Promise.all([anna!.waitForTones(['re', 'mi']), ben!.waitForTones(['do', 'mi'])]);
    await seeEachOther([anna!, ben!, chris!]);
    expect(await selfMuted()).toEqual({ audio: false, video: false });
  });

  test('shows somebody out, locks the room, and lets no more people in than may be', async ({ cast }) => {
    const [anna, ben] = await meet(cast, server, 'hall', PEOPLE.slice(0, 2));
    await seeEachOther([anna!, ben!]);
    await setRoom({ locked: true });
    const message = encodeURIComponent('See you <b>tomorrow</b>.');
    expect(await server.api('DELETE', `/api/v1/rooms/hall/connections/2/user?message=${message}`)).toMatchObject({
      status: 204,
    });
    await ben!.waitForText('#notice', 'You have been shown out');
    await ben!.waitForText('#notice', 'See you <b>tomorrow</b>.');
    await anna!.waitForColours(['other']);
    await server.waitForState('hall', '2', 'waiting');

    await ben!.join('2');
    await ben!.waitForText('#notice', 'The room is locked');
    await setRoom({ locked: false, maxUsers: 1 });
    await ben!.join('2');
    await ben!.waitForText('#notice', 'Room full');
    await setRoom({ maxUsers: 2 });
    await ben!.join('2');
    await seeEachOther([anna!, ben!]);
  });
});

describe('the loudest', () => {
  test('has the floor: the picture and the events follow the voices', async ({ cast }) => {
    await setRoom({ layout: 'speaker', speakerPolicy: 'loudest' });
    /** All three are as loud as their fake microphones, which are never as loud as can be. */
    const areLoud = (levels: number[]) => levels.filter((level) => level > -50 && level < 0).length === 3;
    const levels = event((told) => told.type === 'levels' && areLoud(Object.values(told.levels)), '?levels=true');
    const people = await meet(cast, server, 'hall', PEOPLE);
    const [anna, ben, chris] = people;
    await levels;
    await change('1', { muted: { audio: true } });
    await change('2', { muted: { audio: true } });
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['blue'])]);

    const moved = event((told) => told.type === 'room-changed' && told.resource.speaker === '1', '?room=hall');
    await change('3', { muted: { audio: true } });
    await change('1', { muted: { audio: false } });
    await Promise.all([ben.waitForColours(['red']), chris.waitForColours(['red']), moved]);
    const speaking = async () => (await server.room('hall')).connections.map((connection) => connection.speaking);
    await until(
      async () => String(await speaking()) === 'true,false,false,false',
      5_000,
      async () => `speaking: ${String(await speaking())}`,
    );
  });
});
