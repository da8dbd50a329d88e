import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionResource } from '../../src/protocol/http-api/room.ts';
import { pageAnswer } from '../unit/worker/fixtures.ts';
import { Cast } from './support/cast.ts';
import { HostilePeer } from './support/hostile-peer.ts';
import { openPlainPage, ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { type LogLine, startServer, type TestServer } from './support/server.ts';
import { until } from './support/until.ts';

/** Anna sits on connection 1 from beginning to end; everybody else comes to disturb her. */
let server: TestServer;
let anna: Person;
const cast = new Cast();
const peers: HostilePeer[] = [];
let before: { books: unknown; seat: Omit<ConnectionResource, 'speaking'>; sent: number };

/** What must be as it was when those who disturb have gone. */
async function books() {
  const { bridge, control, media } = await server.dump();
  const workers = media?.workers.map(({ pid, rooms, endpoints, pipelines }) => ({ pid, rooms, endpoints, pipelines }));
  return { bridge, control, workers };
}

/** But for what she says. */
async function annasSeat(): Promise<Omit<ConnectionResource, 'speaking'>> {
  const seat = (await server.room('lobby')).connections.find(({ id }) => id === '1');
  if (!seat) throw new Error('connection 1 is gone');
  const { speaking, ...rest } = seat;
  expect(speaking).toBeTypeOf('boolean');
  return rest;
}

/** The offers that Anna's page has been sent: somebody who sends no media gives no cause for any. */
const annasOffers = () =>
  anna.received().filter(({ message }) => (message as { type?: string } | null)?.type === 'offer').length;

async function hostile(query?: Record<string, unknown>): Promise<HostilePeer> {
  const peer = await HostilePeer.connect(server.url, query);
  peers.push(peer);
  return peer;
}

/** Waits for a line of the log that `user` has caused. */
async function logged(user: string, fields: Partial<LogLine>): Promise<void> {
  const found = () =>
    server.log.some(
      (line) => line.user === user && Object.entries(fields).every(([key, value]) => line[key] === value),
    );
  await until(found, 10_000, () => `the log should have ${JSON.stringify(fields)} for ${user}`);
}

/** Waits until the bridge has taken the seat of connection 2 from `peer`, and lets somebody else have it. */
async function seatIsFree(peer: HostilePeer): Promise<void> {
  await peer.until(() => peer.events.includes('user-disconnected'), 'the loss of its seat');
  expect(await (await hostile()).join('2')).toEqual([true]);
}

async function annaIsUndisturbed(): Promise<void> {
  await anna.waitForFrames(5);
  expect(await anna.colours()).toEqual(['other']);
  expect(await annasSeat()).toEqual(before.seat);
  expect(annasOffers()).toBe(before.sent);
  expect(anna.errors).toEqual([]);
  expect(await server.api('GET', '/api/v1/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
}

beforeAll(async () => {
  server = await startServer({ bridge: { graceMs: 200 } }, undefined, undefined, { offerTimeoutMs: 3_000 });
  anna = await cast.launch({ colour: 'red' });
  await anna.open(ourPage(server.origin));
  await anna.join('1');
  await anna.waitForColours(['other']);
  before = { books: await books(), seat: await annasSeat(), sent: annasOffers() };
});

afterEach(async ({ task }) => {
  await annaIsUndisturbed();
  for (const peer of peers.splice(0)) peer.close();
  const expected = JSON.stringify(before.books);
  const balanced = async () => JSON.stringify(await books()) === expected;
  await until(
    balanced,
    10_000,
    async () => `the books should be ${expected}, but are ${JSON.stringify(await books())}`,
  );
  if (task.result?.state === 'fail') await cast.saveEvidence(task.name);
});

afterAll(async () => {
  await cast.close();
  await server.close();
});

describe('a seat that cannot be had', () => {
  test.each<[string, unknown]>([
    ['nobody has', 'nobody-home'],
    ['is empty', ''],
    ['is a space', ' '],
    ['is markup', '<b>1</b>'],
    ['is endless', '1'.repeat(1_000)],
    ['means something to JavaScript', '__proto__'],
    ['has NUL in it', '1\0'],
    ['is null', null],
    ['is a number', 7],
    ['is an object', { toString: 'x' }],
    ['is a list', ['1']],
  ])('is refused as not available when its id %s', async (_, id) => {
    const eve = await hostile();
    expect(await eve.join(id)).toEqual([false, 'Room not available']);
  });

  test('is refused as full when it is taken, by either generation of pages', async () => {
    const eve = await hostile();
    expect(await eve.join('1')).toEqual([false, 'Room full']);
    eve.request('1');
    await eve.until(() => eve.events.includes('room-full'), 'room-full');
    expect(eve.heard).toEqual([]);
  });

  test('cannot be taken by opening it, by its name, or by the name of who sits there', async () => {
    const eve = await hostile();
    expect(await eve.ask('open-room', { sessionid: '1', session: {}, extra: {} })).toEqual([
      false,
      'Room not available',
    ]);
    for (const id of ['1', before.seat.user]) {
      eve.socket.emit('changed-uuid', id);
      const twin = await hostile({ userid: id });
      await twin.until(() => twin.events.includes('userid-already-taken'), 'to be told that the id is taken');
      twin.say('1', { userLeft: true });
    }
    await eve.delivered();
  });

  test.each([
    ['markup', '<img src=x>'],
    ['a space', 'a b'],
    ['five hundred letters', 'x'.repeat(500)],
  ])('is not for a user whose id is %s', async (_, userid) => {
    await expect(hostile({ userid })).rejects.toThrow('bad handshake');
  });
});

describe('a message about somebody else’s call', () => {
  const ANSWER = { type: 'answer', sdp: 'v=0\r\n' };
  const CANDIDATE = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: null, sdpMLineIndex: 0 };

  test('is refused from a stranger', async () => {
    const eve = await hostile();
    for (const message of [ANSWER, CANDIDATE, { readyForOffer: true }, { userLeft: true }]) eve.say('1', message);
    eve.socket.emit('disconnect-with', '1', () => undefined);
    eve.socket.emit('disconnect-with', before.seat.user, () => undefined);
    await eve.delivered();
  });

  test('is refused from somebody on another seat', async () => {
    const eve = await hostile();
    await eve.sit('2');
    for (const message of [ANSWER, CANDIDATE, { readyForOffer: true }, { userLeft: true }]) eve.say('1', message);
    eve.say('1', { userLeft: true }, { sender: '2' });
    await eve.delivered();
  });

  test('is refused when it names the one who sits there', async () => {
    const eve = await hostile();
    eve.say('1', { userLeft: true }, { sender: before.seat.user });
    eve.say('1', { newParticipationRequest: true }, { sender: before.seat.user });
    await eve.delivered();
  });

  test('does not reach the page of the one who sits there', async () => {
    const heard = anna.received().length;
    const eve = await hostile();
    const offer = await eve.sit('2');
    const user = String(before.seat.user);
    eve.say(user, { type: 'offer', sdp: offer.sdp, renegotiatingPeer: false });
    eve.say(user, { enableMedia: true, userPreferences: {} });
    eve.say(user, { userLeft: true }, { sender: '1' });
    await eve.delivered();
    await annaIsUndisturbed();
    expect(anna.received().slice(heard)).toEqual([]);
  });
});

describe('broken packets', () => {
  /** A socket made by hand, over HTTP long polling. */
  async function rawSocket() {
    const url = `${server.url}/socket.io/?EIO=4&transport=polling&userid=raw-${crypto.randomUUID()}`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1)) as { sid: string };
    const ask = async (request: RequestInit) => {
      const response = await fetch(`${url}&sid=${sid}`, request);
      return { status: response.status, text: await response.text() };
    };
    const send = async (body: string) => (await ask({ method: 'POST', body })).status;
    /** Resolves when the server has ended it: what it says last is a packet of type 1, and then it knows it no more. */
    const ended = async () => {
      for (;;) {
        const { status, text } = await ask({ method: 'GET' });
        if (status !== 200 || text.split('\x1e').includes('1')) return;
      }
    };
    expect(await send('40')).toBe(200);
    return { send, ended };
  }

  test.each([
    ['JSON that breaks off', '42["video-conference-demo",{"remote'],
    ['no list of arguments', '42{"a":1}'],
    ['no type', '4'],
    ['a name that is socket.io’s own', '42["disconnect"]'],
    ['attachments that do not come in order', '451-["x",{}]\x1e42["y"]'],
    ['a type that does not exist', '9'],
    ['NUL', '\0\0'],
  ])('end their own socket and nothing else: %s', async (_, packet) => {
    const { send, ended } = await rawSocket();
    await send(packet);
    await ended();
  });

  test('of more than a megabyte are not taken', async () => {
    const { send, ended } = await rawSocket();
    expect(await send(`42["x","${'x'.repeat(1_100_000)}"]`)).toBe(413);
    expect(await send('1')).toBe(200);
    await ended();
  });

  test('that are no messages of a page are refused with the reason', async () => {
    const eve = await hostile();
    await eve.sit('2');
    const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown;
    for (const message of [null, 7, 'text', [], {}, deep, { sdp: 7, type: 'answer' }, { type: 'answer' }])
      eve.say('2', message);
    eve.socket.emit('video-conference-demo', 'not an envelope');
    eve.socket.emit('video-conference-demo', { remoteUserId: {}, sender: [], message: 7 });
    eve.socket.emit('video-conference-demo');
    await logged(eve.user, { code: 'bad-request', message: 'a message of a page is refused' });
  });
});

describe('a description that cannot be used', () => {
  test('of a megabyte ends the socket that sends it, and frees its seat', async () => {
    const eve = await hostile();
    const offer = await eve.sit('2');
    eve.answer('2', offer, `${pageAnswer(offer.sdp)}${'a=x:y\r\n'.repeat(150_000)}`);
    await eve.until(() => !eve.socket.connected, 'the end of its socket');
    await server.waitForState('lobby', '2', 'waiting');
  });

  test('of half a megabyte is refused, and an honest one is taken afterwards', async () => {
    const eve = await hostile();
    const offer = await eve.sit('2');
    eve.answer('2', offer, `${pageAnswer(offer.sdp)}${'a=x:y\r\n'.repeat(70_000)}`);
    await logged(eve.user, { code: 'bad-request' });
    eve.answer('2', offer);
    eve.answer('2', offer);
    await logged(eve.user, { code: 'no-offer' });
  });

  test('because it is an offer is refused, and the call goes on', async () => {
    const eve = await hostile();
    const offer = await eve.sit('2');
    eve.say('2', { type: 'offer', sdp: offer.sdp });
    await logged(eve.user, { code: 'bad-description' });
    eve.answer('2', offer);
    eve.answer('2', offer);
    await logged(eve.user, { code: 'no-offer' });
  });

  test.each<[string, (offer: string) => string]>([
    ['our own offer', (offer) => offer],
    ['nonsense', () => 'v=0\r\nnonsense'],
    ['without VP8', (offer) => pageAnswer(offer).replaceAll('VP8', 'H264')],
  ])('costs the seat after three invitations, when it is %s', async (_, spoil) => {
    const eve = await hostile();
    let offer = await eve.sit('2');
    for (let invitation = 1; ; invitation++) {
      eve.answer('2', offer, spoil(offer.sdp));
      await eve.next('userLeft');
      if (invitation === 3) break;
      offer = await eve.next('offer');
    }
    await server.waitForState('lobby', '2', 'waiting');
    await logged(eve.user, { reason: 'bad-description', to: 'waiting' });
    await seatIsFree(eve);
  });

  test('costs a real browser its seat, too', async () => {
    const eve = await cast.launch({ colour: 'blue', tone: 'do' });
    await eve.context.addInitScript(() => {
      const spoil = (text: unknown) =>
        typeof text === 'string' && text.includes('"answer"') ? text.replaceAll('VP8/90000', 'H264/90000') : text;
      for (const { prototype } of [WebSocket, XMLHttpRequest] as { prototype: { send(body: unknown): void } }[]) {
        const send = prototype.send;
        prototype.send = function (body) {
          send.call(this, spoil(body));
        };
      }
    });
    await openPlainPage(eve, server.origin);
    await eve.join('2');
    await until(
      () => server.log.some(({ reason, to }) => reason === 'bad-description' && to === 'waiting'),
      15_000,
      () => 'the seat should be freed because of the answers',
    );
    await eve.waitForColours([]);
    await eve.leave();
  });
});

describe('candidates', () => {
  test('of nonsense are refused by name', async () => {
    const eve = await hostile();
    await eve.sit('2');
    eve.say('2', { candidate: 'let me in', sdpMid: '0', sdpMLineIndex: 0 });
    await logged(eve.user, { code: 'bad-candidate' });
    eve.say('2', { candidate: 'candidate:'.repeat(1_000), sdpMid: '0', sdpMLineIndex: -7 });
    await logged(eve.user, { code: 'bad-request' });
  });

  test('by the thousand cost nobody anything but the one who sends them', async () => {
    const eve = await hostile();
    eve.answer('2', await eve.sit('2'));
    for (let port = 10_000; port < 13_000; port++)
      eve.say('2', {
        candidate: `candidate:${port} 1 udp 1 127.0.0.1 ${port} typ host`,
        sdpMid: null,
        sdpMLineIndex: 0,
      });
    await logged(eve.user, { code: 'bad-candidate', problem: 'the page has sent 100 candidates already' });
    await annaIsUndisturbed();
  });
});

describe('a page in a hurry', () => {
  test('joins and leaves a hundred times in a row, and then joins as anybody does', async () => {
    const eve = await hostile();
    for (let i = 0; i < 100; i++) {
      eve.socket.emit('join-room', { sessionid: '2', session: {}, extra: {} }, () => undefined);
      eve.request('2');
      eve.say('2', { readyForOffer: true });
      eve.say('2', { userLeft: true });
    }
    await eve.delivered();
    await server.waitForState('lobby', '2', 'waiting');
    eve.answer('2', await eve.sit('2'));
  });

  test('asks a hundred times without leaving, and gets one call', async () => {
    const eve = await hostile();
    expect(await eve.join('2')).toEqual([true]);
    for (let i = 0; i < 100; i++) eve.request('2');
    eve.say('2', { readyForOffer: true });
    eve.answer('2', await eve.next('offer'));
    eve.say('2', { type: 'answer', sdp: 'late' });
    await logged(eve.user, { code: 'no-offer' });
    const { workers } = await books();
    expect(workers).toMatchObject([{ endpoints: 2 }]);
  });

  test('speaks on after it has left, to nobody', async () => {
    const eve = await hostile();
    const offer = await eve.sit('2');
    eve.say('2', { userLeft: true });
    eve.answer('2', offer);
    eve.say('2', { candidate: 'let me in', sdpMid: '0', sdpMLineIndex: 0 });
    eve.say('2', { readyForOffer: true });
    eve.say('2', { userLeft: true });
    await eve.delivered();
    await server.waitForState('lobby', '2', 'waiting');
    const [bert] = [await hostile()];
    bert.answer('2', await bert.sit('2'));
    eve.answer('2', offer);
    eve.say('2', { userLeft: true });
    await eve.delivered();
    expect((await server.room('lobby')).connections.find(({ id }) => id === '2')).toMatchObject({
      state: 'negotiating',
      user: bert.user,
    });
  });
});

describe('a page that never answers', () => {
  test('is asked twice, and then loses its seat', async () => {
    const eve = await hostile();
    await eve.sit('2');
    await eve.next('offer', 15_000);
    await eve.next('userLeft', 15_000);
    await server.waitForState('lobby', '2', 'waiting');
    await logged(eve.user, { reason: 'no-answer', to: 'waiting' });
    await seatIsFree(eve);
  });
});

describe('pictures and sound that nobody can decode', () => {
  /** Spoils every frame that the page sends, each time in another way, and counts them in `spoiltFrames`. */
  function spoilMedia(): void {
    const page = globalThis as unknown as { spoiltFrames: number; RTCRtpScriptTransform: new (w: Worker) => unknown };
    page.spoiltFrames = 0;
    const script = `
      const noise = (bytes, from) => { for (let i = from; i < bytes.length; i++) bytes[i] = Math.random() * 256; return bytes; };
      const ways = [
        (bytes) => noise(bytes, 0),
        (bytes) => noise(bytes, 3),
        (bytes) => noise(bytes, 10),
        (bytes) => { bytes[Math.floor(Math.random() * Math.min(30, bytes.length))] ^= 1 << Math.random() * 8; return bytes; },
        (bytes) => bytes.slice(0, 1 + Math.random() * bytes.length),
        (bytes) => bytes.fill(255),
        (bytes) => bytes.fill(0, 1),
      ];
      onrtctransform = ({ transformer: { readable, writable } }) => {
        let count = 0;
        const spoiling = new TransformStream({
          transform(frame, sender) {
            frame.data = ways[count++ % ways.length](new Uint8Array(frame.data)).slice().buffer;
            sender.enqueue(frame);
            postMessage(0);
          },
        });
        readable.pipeThrough(spoiling).pipeTo(writable);
      };`;
    const worker = new Worker(URL.createObjectURL(new Blob([script])));
    worker.onmessage = () => page.spoiltFrames++;
    const { prototype } = RTCPeerConnection;
    const addTrack = Reflect.get(prototype, 'addTrack');
    prototype.addTrack = function (...track) {
      const sender = addTrack.apply(this, track);
      return Object.assign(sender, { transform: new page.RTCRtpScriptTransform(worker) });
    };
  }

  test('are a matter between those who send and those who look, and end nobody’s call', async () => {
    const eve = await cast.launch({ colour: 'green', tone: 're' });
    await eve.context.addInitScript(spoilMedia);
    await openPlainPage(eve, server.origin);
    await eve.join('2');
    await server.waitForState('lobby', '2', 'connected');
    await eve.page.waitForFunction(() => (globalThis as unknown as { spoiltFrames: number }).spoiltFrames > 600);
    expect(await annasSeat()).toEqual(before.seat);
    expect(server.log.filter(({ level }) => level === 'error')).toEqual([]);
    await eve.leave();
    await anna.waitForColours(['other']);
  });
});

describe('a flood of broken HTTP requests', () => {
  const BODIES = ['{', 'null', '[]', '""', '{"layout":7}', '{"layuot":"gallery"}', '{"id":"<b>"}', 'x'.repeat(200_000)];
  const PATHS: [method: string, path: string][] = [
    ['POST', '/api/v1/rooms'],
    ['PATCH', '/api/v1/rooms/lobby'],
    ['PUT', '/api/v1/rooms/lobby/speaker'],
    ['POST', '/api/v1/rooms/lobby/connections'],
    ['POST', '/api/v1/rooms/%00/connections'],
    ['DELETE', '/api/v1/rooms/..%2f..%2fetc'],
    ['PUT', '/socket.io/?EIO=99&transport=carrier-pigeon'],
  ];

  test('is answered with problems, each of them, and nothing changes', async () => {
    const rooms = await server.api('GET', '/api/v1/rooms');
    const ask = async ([method, path]: [string, string], body: string, type: string) => {
      const response = await fetch(`${server.url}${path}`, { method, body, headers: { 'content-type': type } });
      return { status: response.status, body: await response.text() };
    };
    for (let round = 0; round < 5; round++) {
      const requests = PATHS.flatMap((path) =>
        BODIES.flatMap((body) => ['application/json', 'text/xml'].map((type) => ask(path, body, type))),
      );
      for (const { status, body } of await Promise.all(requests)) {
        expect(status, body).toBeGreaterThanOrEqual(400);
        expect(status, body).toBeLessThan(500);
      }
    }
    expect(await server.api('GET', '/api/v1/rooms')).toEqual(rooms);
  });
});
