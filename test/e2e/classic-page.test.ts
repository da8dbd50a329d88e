import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { openClassicPage, openPlainPage, ourPage } from './support/pages.ts';
import type { PeerMessage, Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** The four messages of the original design, in which a page and webstreamer agree on a connection. */
async function designedMessages(): Promise<PeerMessage[]> {
  return JSON.parse(await readFile(new URL('fixtures/four-messages.json', import.meta.url), 'utf8')) as PeerMessage[];
}

/**
 * The message with its shape only: keys in their order, constants as they are, ids as words. Ids are what differs from call to call.
 */
function shapeOf(value: unknown, ids: Record<string, string>): unknown {
  if (typeof value === 'string') return ids[value] ?? value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, inner]) => [ids[key] ?? key, shapeOf(inner, ids)]);
}

/** What each id of a conversation stands for. */
function idsOf([request, , ready]: PeerMessage[]): Record<string, string> {
  const { userPreferences } = ready?.message as { userPreferences: { streamsToShare: Record<string, unknown> } };
  const streams = Object.keys(userPreferences.streamsToShare);
  return {
    [String(request?.sender)]: '<page>',
    [String(request?.remoteUserId)]: '<connection>',
    ...Object.fromEntries(streams.map((id) => [id, '<stream>'])),
  };
}

describe('the unmodified page of RTCMultiConnection 3.4.5', () => {
  test('joins by the four messages of the design, key by key', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red' });
    await openClassicPage(anna, server.origin);
    await anna.join('1');
    await anna.waitForColours(['other']);
    const isEarly = ({ message }: PeerMessage) =>
      message === 'next-possible-initiator' ||
      ['newParticipationRequest', 'enableMedia', 'readyForOffer'].some((key) =>
        Object.hasOwn(Object(message) as object, key),
      );
    const talk = anna.wire
      .map(({ args }) => args[0] as PeerMessage | undefined)
      .filter(
        (message): message is PeerMessage =>
          message !== undefined && Object.hasOwn(Object(message) as object, 'remoteUserId'),
      )
      .filter(isEarly)
      // The bridge adds the sender's extra data to what it passes on.
      .map(({ extra: _extra, ...message }) => message);
    const design = await designedMessages();
    expect(talk.map((message) => shapeOf(message, idsOf(talk)))).toEqual(
      design.map((message) => shapeOf(message, idsOf(design))),
    );
  });

  test.for<[string, (person: Person) => Promise<void>]>([
    ['a plain 3.7.1 page', (person) => openPlainPage(person, server.origin)],
    ['our page', (person) => person.open(ourPage(server.origin))],
  ])('sees, hears, is seen and is heard by %s', async ([, openOther], { cast }) => {
    const [anna, ben] = await Promise.all([
      cast.launch({ colour: 'red', tone: 'do' }),
      cast.launch({ colour: 'blue', tone: 'mi' }),
    ]);
    await Promise.all([openClassicPage(anna, server.origin), openOther(ben)]);
    await Promise.all([anna.join('1'), ben.join('2')]);
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'], 30_000)]);
    await Promise.all([anna.waitForTones(['mi']), ben.waitForTones(['do'])]);
    await Promise.all([anna.waitForFrames(), ben.waitForFrames()]);
    await ben.leave();
    await anna.waitForColours(['other']);
  });
});

describe('a seat that is taken', () => {
  test('is refused with the page’s own words, and whoever sits there is undisturbed', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await anna.open(ourPage(server.origin));
    await anna.join('3');
    await anna.waitForColours(['other']);
    await openPlainPage(ben, server.origin);
    await ben.join('3');
    await ben.waitForText('#answer', 'Room full');
    await anna.waitForFrames();
    expect(await ben.colours()).toEqual([]);
  });
});
