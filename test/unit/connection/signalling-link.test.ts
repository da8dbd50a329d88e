import { afterEach, describe, expect, it } from 'vitest';
import type { TypedEmitter } from '../../../src/common/typed-emitter.ts';
import { MAX_SDP_LENGTH } from '../../../src/protocol/signalling/peer-message.ts';
import type { PeerLink, PeerLinkEvents } from '../../../src/server/connection/peer-link.ts';
import { createSignallingLink } from '../../../src/server/connection/signalling-link.ts';
import { OriginalServer, PageSocket } from './original-servers.ts';
import { LogKeeper } from './stage.ts';

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(generation: 'current' | 'legacy' | 'silent', port = 0): Promise<OriginalServer> {
  const server = await OriginalServer.start(generation, port);
  open.push(() => server.close());
  return server;
}

function connect(server: OriginalServer, connectionId: string, logger = new LogKeeper()): PeerLink {
  const link = createSignallingLink({ bridgeUrl: server.url, connectionId, logger });
  open.push(() => link.close());
  return link;
}

function page(server: OriginalServer, user: string): PageSocket {
  const socket = new PageSocket(server.url, user);
  open.push(() => {
    socket.close();
  });
  return socket;
}

/** The arguments of the next event of this name. */
function next<K extends keyof PeerLinkEvents>({ events }: PeerLink, event: K): Promise<PeerLinkEvents[K]> {
  return nextOf(events, event);
}

function nextOf<E extends Record<keyof E, unknown[]>, K extends keyof E>(
  events: TypedEmitter<E>,
  event: K,
): Promise<E[K]> {
  return new Promise((resolve) => {
    const stop = events.on(event, (...args: E[K]) => {
      stop();
      resolve(args);
    });
  });
}

const request = { newParticipationRequest: true, isOneWay: false, isDataOnly: false };

describe('a link to the server of 1.3.3', () => {
  it('opens the room that pages join, and carries messages both ways', async () => {
    const server = await start('current');
    const link = connect(server, 'both-ways');
    await next(link, 'up');
    const anna = page(server, 'anna');
    expect(await anna.ask('join-room', 'both-ways')).toEqual([true]);
    const message = next(link, 'message');
    anna.say('both-ways', request);
    expect(await message).toEqual([
      { sender: 'anna', message: request, envelope: { remoteUserId: 'both-ways', message: request, sender: 'anna' } },
    ]);
    link.send('anna', { enableMedia: true });
    expect(await anna.next()).toEqual({ enableMedia: true });
  });

  it('lets one page in and no second', async () => {
    const server = await start('current');
    await next(connect(server, 'one-seat'), 'up');
    expect(await page(server, 'anna').ask('join-room', 'one-seat')).toEqual([true]);
    expect(await page(server, 'bert').ask('join-room', 'one-seat')).toEqual([false, 'Room full']);
  });

  it('says who it is in the query', async () => {
    const server = await start('current');
    await next(connect(server, 'query'), 'up');
    expect(server.socketOf('query')?.handshake.query).toMatchObject({
      userid: 'query',
      sessionid: 'query',
      msgEvent: 'video-conference-demo',
      socketCustomEvent: 'RTCMultiConnection-Custom-Message',
      autoCloseEntireSession: 'true',
      maxParticipantsAllowed: '2',
    });
  });

  it('tells when a page is gone that it was talking to', async () => {
    const server = await start('current');
    const link = connect(server, 'gone');
    await next(link, 'up');
    const anna = page(server, 'anna');
    await anna.ask('join-room', 'gone');
    const message = next(link, 'message');
    anna.say('gone', request);
    await message;
    link.send('anna', { enableMedia: true });
    await anna.next();
    const gone = next(link, 'userDisconnected');
    anna.close();
    expect(await gone).toEqual(['anna']);
  });

  it('comes back by itself when its socket breaks, and pages can join again', async () => {
    const server = await start('current');
    const log = new LogKeeper();
    const link = connect(server, 'broken', log);
    await next(link, 'up');
    const down = next(link, 'down');
    const up = next(link, 'up');
    server.socketOf('broken')?.conn.close();
    await down;
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ reason: 'bridge-lost' }) as unknown }),
    );
    await up;
    expect(await page(server, 'anna').ask('join-room', 'broken')).toEqual([true]);
  });

  it('comes back by itself when the server throws it out', async () => {
    const server = await start('current');
    const link = connect(server, 'thrown-out');
    await next(link, 'up');
    const up = next(link, 'up');
    server.socketOf('thrown-out')?.disconnect();
    await up;
  });

  it('comes up when the server does, on the same port', async () => {
    const first = await start('current');
    const link = connect(first, 'later');
    await next(link, 'up');
    const down = next(link, 'down');
    await first.close();
    await down;
    const up = next(link, 'up');
    await start('current', first.port);
    await up;
  });

  it('says bridge-unreachable while there is no server', async () => {
    const server = await start('current');
    await server.close();
    const log = new LogKeeper();
    const said = nextOf(log.events, 'line');
    connect(server, 'early', log);
    expect((await said)[0]).toMatchObject({ level: 'warn', fields: { code: 'bridge-unreachable' } });
  });

  it('waits with a warning while a page holds the room under its id', async () => {
    const server = await start('current');
    const squatter = page(server, 'squatter');
    expect(await squatter.ask('open-room', 'held')).toEqual([true]);
    const log = new LogKeeper();
    const warned = nextOf(log.events, 'line');
    const link = connect(server, 'held', log);
    expect((await warned)[0]).toMatchObject({
      level: 'warn',
      fields: { problem: 'open-room is refused: Room not available' },
    });
    const up = next(link, 'up');
    squatter.close();
    await up;
    expect(await page(server, 'anna').ask('join-room', 'held')).toEqual([true]);
  });

  it('waits while another socket has its id', async () => {
    const server = await start('current');
    const twin = page(server, 'taken');
    await new Promise<void>((resolve) => {
      twin.socket.on('connect', resolve);
    });
    const log = new LogKeeper();
    const warned = nextOf(log.events, 'line');
    const link = connect(server, 'taken', log);
    expect((await warned)[0]).toMatchObject({
      level: 'warn',
      fields: { problem: 'the bridge knows another socket of this id' },
    });
    const up = next(link, 'up');
    twin.close();
    await up;
    expect(await page(server, 'anna').ask('join-room', 'taken')).toEqual([true]);
  });

  it('sends what was said last before it closes', async () => {
    const server = await start('current');
    const link = connect(server, 'last-words');
    await next(link, 'up');
    const anna = page(server, 'anna');
    await anna.ask('join-room', 'last-words');
    for (let count = 0; count < 20; count++) link.send('anna', { count });
    link.send('anna', { userLeft: true });
    await link.close();
    for (let count = 0; count < 20; count++) expect(await anna.next()).toEqual({ count });
    expect(await anna.next()).toEqual({ userLeft: true });
  });
});

describe('what no page should send', () => {
  it.each([
    ['a message of no known kind', { hello: 'world' }, /not a message of a page/],
    ['text', 'next-possible-initiator', /not a message of a page/],
    [
      'a description of one megabyte',
      { type: 'answer', sdp: 'x'.repeat(MAX_SDP_LENGTH + 1) },
      /not a message of a page/,
    ],
    ['nothing', null, /not a message of a page/],
  ])('is refused: %s', async (_, message, problem) => {
    const server = await start('current');
    const link = connect(server, 'refusing');
    await next(link, 'up');
    const refused = next(link, 'refused');
    // From the server itself: this one would fall over such messages if a page sent them.
    server.socketOf('refusing')?.emit('video-conference-demo', { remoteUserId: 'refusing', message, sender: 'anna' });
    expect(await refused).toEqual(['anna', expect.stringMatching(problem)]);
  });

  it.each([
    ['no envelope', 'hello', undefined],
    ['markup in the sender', { remoteUserId: 'strict', message: request, sender: '<b>' }, undefined],
    ['a message for somebody else', { remoteUserId: 'other', message: request, sender: 'anna' }, 'anna'],
  ])('is refused: %s', async (_, envelope, sender) => {
    const server = await start('current');
    const link = connect(server, 'strict');
    await next(link, 'up');
    const refused = next(link, 'refused');
    server.socketOf('strict')?.emit('video-conference-demo', envelope);
    expect(await refused).toEqual([sender, expect.any(String)]);
  });
});

describe('a link to the server of 3.4.5, which knows no rooms', () => {
  it('is up once a page has reached it', async () => {
    const server = await start('legacy');
    const link = connect(server, 'legacy');
    const up = next(link, 'up');
    const message = next(link, 'message');
    const old = page(server, 'old');
    old.say('legacy', request, { password: false });
    await up;
    expect((await message)[0]).toMatchObject({ sender: 'old', envelope: { password: false } });
    link.send('old', 'next-possible-initiator');
    expect(await old.next()).toBe('next-possible-initiator');
  });

  it('is up after two seconds without an answer to open-room', async () => {
    await next(connect(await start('silent'), 'silent'), 'up');
  });
});

describe('a link that is closed', () => {
  it('is closed once, also before it was ever up', async () => {
    const link = createSignallingLink({ bridgeUrl: 'http://127.0.0.1:9', connectionId: '1', logger: new LogKeeper() });
    const closing = link.close();
    expect(link.close()).toBe(closing);
    await closing;
  });

  it('gives the id free, and sends nothing more', async () => {
    const server = await start('current');
    const link = connect(server, 'closed');
    await next(link, 'up');
    const socket = server.socketOf('closed')!;
    const left = new Promise((resolve) => socket.on('disconnect', resolve));
    await link.close();
    link.send('anna', { userLeft: true });
    expect(await left).toBe('client namespace disconnect');
    await next(connect(server, 'closed'), 'up');
  });
});
