import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { MessageResource } from '../../src/protocol/http-api/chat.ts';
import type { Cast } from './support/cast.ts';
import { messagesOf, noteMessages, say, waitForChannel } from './support/chat.ts';
import { openClassicPage, openPlainPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { test } from './support/test.ts';
import { until } from './support/until.ts';

const ROOM = '/api/v1/rooms/lobby';
const COLOURS = { 1: 'red', 2: 'green', 3: 'blue', 4: 'yellow' } as const;
type Id = keyof typeof COLOURS;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ rooms: [{ name: 'lobby', connections: ['1', '2', '3', '4'], chatHistory: 2 }] });
});
afterAll(() => server.close());

type Open = (person: Person) => Promise<void>;
/** 3.7.1 with `session.data`; without, as in its demo; and the demo of 3.4.5. */
const withData: Open = (person) => openPlainPage(person, server.origin, 'chat-3.7.1');
const plain: Open = (person) => openPlainPage(person, server.origin);
const classic: Open = (person) => openClassicPage(person, server.origin);

async function join(cast: Cast, id: Id, open: Open): Promise<Person> {
  const person = await cast.launch({ colour: COLOURS[id] });
  await open(person);
  await noteMessages(person);
  await person.join(String(id));
  await server.waitForState('lobby', String(id), 'connected', 40_000);
  if (open === withData) await waitForChannel(person);
  return person;
}

async function posted(): Promise<MessageResource[]> {
  return (await server.api('GET', `${ROOM}/messages`)).body as MessageResource[];
}

const dataOf = (messages: { data: unknown }[]) => messages.map(({ data }) => data);

describe('a chat', () => {
  test('brings texts, objects and long texts to everybody else and to the API, and what the API says to the pages', async ({
    cast,
  }) => {
    const [anna, ben] = await Promise.all([join(cast, 1, withData), join(cast, 2, withData)]);
    const long = 'Grüße 😀 '.repeat(25_000).slice(0, 200_000);
    const said = ['hello', { x: [1, null, { y: 'ü' }] }, long];
    for (const data of said) await say(anna, data);
    expect(await messagesOf(ben, 3)).toEqual(said.map((data) => ({ data, userid: '2' })));
    expect((await posted()).map(({ from, data }) => ({ from, data }))).toEqual(
      said.map((data) => ({ from: '1', data })),
    );

    await say(ben, 'and you?');
    expect(dataOf(await messagesOf(anna, 1))).toEqual(['and you?']);
    const notice = { notice: 'five minutes' };
    const { status, body } = await server.api('POST', `${ROOM}/messages`, { data: notice });
    expect({ status, body }).toMatchObject({ status: 201, body: { id: 5, from: null, to: null } });
    expect((await server.api('POST', `${ROOM}/messages`, { data: 'psst', to: '2' })).status).toBe(201);
    expect(dataOf(await messagesOf(ben, 5)).slice(3)).toEqual([notice, 'psst']);
    expect(await ben.page.evaluate(() => chat.senders)).toEqual(['1', '1', '1', null, null]);

    // Somebody who comes later, on the unmodified page, which opens a channel of its own when it first sends something.
    const chris = await join(cast, 3, plain);
    await say(chris, { from: 'the demo' });
    expect(dataOf(await messagesOf(anna, 3))).toEqual(['and you?', notice, { from: 'the demo' }]);
    await say(anna, 'welcome');
    expect(dataOf(await messagesOf(chris, 3))).toEqual(['and you?', notice, 'welcome']);
    expect(dataOf(await messagesOf(ben, 7)).slice(5)).toEqual([{ from: 'the demo' }, 'welcome']);
    await Promise.all([anna, ben, chris].map((person) => person.waitForFrames()));
    expect(server.log.filter(({ level, message }) => level === 'warn' && message.includes('refused'))).toEqual([]);
    expect([anna, ben, chris].flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('limits who floods it, and the others talk on, also on the demo of 3.4.5', async ({ cast }) => {
    const [anna, ben, chris] = await Promise.all([
      join(cast, 1, withData),
      join(cast, 2, withData),
      join(cast, 3, classic),
    ]);
    const given = (await messagesOf(ben, 2)).length;
    await say(chris, 'I am here');
    const hears = (person: Person, data: unknown) =>
      until(
        async () => dataOf(await messagesOf(person, 1)).includes(data),
        15_000,
        () => Promise.resolve(`${person.name} should hear ${String(data)}`),
      );
    await hears(ben, 'I am here');
    await anna.page.evaluate(() => {
      for (let count = 0; count < 3000; count++) connection.send({ flood: count });
    });
    await say(ben, 'still there?');
    await hears(chris, 'still there?');
    await say(chris, 'yes');
    await hears(ben, 'yes');
    const limited = () => Promise.resolve(server.log.some(({ code }) => code === 'too-many-messages'));
    await until(limited, 15_000, () => Promise.resolve('nothing is refused'));
    await Promise.all([ben, chris].map((person) => person.waitForFrames()));
    expect((await messagesOf(ben, 1)).length - given).toBeLessThan(2_500);
  });
});
