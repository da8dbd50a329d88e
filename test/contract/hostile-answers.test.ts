import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SLATE, type View } from '../../src/protocol/media-ipc/view.ts';
import type { Endpoint, MediaDump, MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';
import { pageAnswer } from '../unit/worker/fixtures.ts';
import { MUTATIONS, type Spoil, spoiltBy } from './support/spoil.ts';
import { startEngine } from './support/engine.ts';

type Worker = MediaDump['workers'][number];

const THREE_BOXES: View = {
  video: [SLATE, { source: 'endpoint', endpoint: 'one' }, { source: 'endpoint', endpoint: 'two' }],
  audio: [SLATE],
};
const candidate = (port: number) => ({
  candidate: `candidate:${port} 1 udp 2122260223 127.0.0.1 ${port} typ host`,
  sdpMid: null,
  sdpMLineIndex: 0,
});

let engine: MediaEngine;
let room: MediaRoom;
let before: Worker;

async function theWorker(): Promise<Worker> {
  const [worker] = (await engine.dump()).workers;
  if (!worker) throw new Error('no worker is running');
  return worker;
}

beforeAll(async () => {
  engine = await startEngine();
  room = await engine.createRoom('room');
  before = await theWorker();
});
afterAll(() => engine.close());

/** What a page that sends answers. */
function honestAnswer(offer: string): string {
  const sources = 'a=ssrc-group:FID 7 8\r\na=ssrc:7 cname:page\r\na=ssrc:8 cname:page\r\n';
  return pageAnswer(offer).replace('a=mid:video1', `${sources}a=mid:video1`);
}

/** `null` when the call has worked, else its error. */
function outcome(call: Promise<unknown>): Promise<{ code: string; message: string } | null> {
  return call.then(
    () => null,
    (error: unknown) => error as { code: string; message: string },
  );
}

/** Answers the endpoint's next offer with a spoilt answer, and asks for whatever a page and a server may ask for after that. */
async function answerBadly(endpoint: Endpoint, spoil: Spoil) {
  const { sdp } = await endpoint.createOffer();
  const refusal = await outcome(endpoint.acceptAnswer(spoil(honestAnswer(sdp))));
  await endpoint.addCandidate(candidate(50_000));
  await endpoint.setView(THREE_BOXES);
  const next = await outcome(endpoint.createOffer());
  expect(next?.code).toBe(refusal === null ? undefined : 'offer-outstanding');
  return refusal;
}

async function withEndpoint<T>(use: (endpoint: Endpoint) => Promise<T>): Promise<T> {
  const endpoint = await room.createEndpoint();
  try {
    return await use(endpoint);
  } finally {
    await endpoint.close();
  }
}

async function negotiated(endpoint: Endpoint): Promise<void> {
  const { sdp } = await endpoint.createOffer();
  await endpoint.acceptAnswer(honestAnswer(sdp));
  await endpoint.setView(THREE_BOXES);
}

const add =
  (...lines: string[]): Spoil =>
  (sdp) =>
    sdp.replace('a=mid:video1', ['a=mid:video1', ...lines].join('\r\n'));
const many = (line: (index: number) => string) => add(...Array.from({ length: 4_000 }, (_, index) => line(index)));
const replace =
  (pattern: RegExp, by: string): Spoil =>
  (sdp) =>
    sdp.replace(pattern, by);

const HARMLESS: [string, Spoil][] = [
  ['a fingerprint of somebody else', replace(/sha-256 .*/g, `sha-256 ${Array(32).fill('AB').join(':')}`)],
  ['another ICE user', replace(/ice-ufrag:.*/g, 'ice-ufrag:somebodyElse')],
  ['the other DTLS role', replace(/setup:active/g, 'setup:passive')],
  ['thousands of lines', many(() => 'a=x:y')],
  ['thousands of codecs', many((index) => `a=rtpmap:${index + 200} VP8/90000`)],
  ['thousands of sources', many((index) => `a=ssrc:${index} cname:x`)],
  ['thousands of candidates', many((index) => `a=candidate:${index} 1 udp 1 127.0.0.1 ${index + 1000} typ host`)],
  ['a candidate with a name to look up', add('a=candidate:1 1 udp 1 nowhere.example 9 typ host')],
  ['nonsense in extmap', add('a=extmap:99999999999 x', 'a=extmap:0 x', 'a=extmap:-1', 'a=extmap:')],
  ['nonsense in ssrc', add('a=ssrc:99999999999999 cname:a', 'a=ssrc:-1 x:y', 'a=ssrc:', 'a=ssrc', 'a=ssrc:7 cname:b')],
  ['nonsense in rtcp-fb and fmtp', add('a=rtcp-fb:* x', 'a=rtcp-fb:', 'a=fmtp:98 apt=98', 'a=fmtp:96', 'a=fmtp:-1 ;')],
  ['nonsense in lines of SDP itself', add('b=AS:-99999999999999', 'k=', 'c=IN IP6 z', 't=x', 'v=7', '=', 'x')],
  ['NUL in the session’s name', replace(/s=-/, 's=a\0b')],
  ['other alphabets', replace(/s=-/, 's=日本語😀\ud83d')],
  ['line ends of another system', replace(/\r\n/g, '\n')],
];

const ABSURD: [string, Spoil][] = [
  ['is nothing but v=0', () => 'v=0\r\n'.repeat(10_000)],
  ['has its m-lines in another order', replace(/(m=audio[^]*?)(m=video[^]*)/, '$2$1')],
  ['has a mid twice', add('a=mid:audio0')],
  ['has the mid of another m-line', replace(/a=mid:video1/, 'a=mid:audio0')],
  ['has NUL in a mid', replace(/a=mid:video1/, 'a=mid:video1\0')],
  ['has port 0', replace(/m=video 9/, 'm=video 0')],
  ['has an endless port', replace(/m=video 9/, `m=video ${'9'.repeat(500)}`)],
  ['has another transport', replace(/UDP\/TLS\/RTP\/SAVPF/g, 'RTP/AVP')],
  ['has thousands of payload types', replace(/(m=video.*)/, `$1${' 96'.repeat(3_000)} 4000`)],
  ['gives VP8’s number to another codec', replace(/96 VP8/g, '96 H264')],
  ['gives Opus’s number to VP8', replace(/97 OPUS\/48000\/2/, '97 VP8/90000')],
  ['has a codec with an endless clock', replace(/96 VP8\/90000/, '96 VP8/99999999999/99999999999')],
  ['has a fingerprint for each m-line', replace(/sha-256 ../, 'sha-256 00')],
  ['has an ICE user for each m-line', replace(/ice-ufrag:.*/, 'ice-ufrag:another')],
  ['has both DTLS roles', replace(/a=setup:active/, 'a=setup:active\r\na=setup:passive')],
  ['sends where it was asked to receive', add('a=sendonly')],
  ['bundles what is not there', replace(/a=group:BUNDLE .*/, 'a=group:BUNDLE x y z')],
];

describe.each([
  ['the first answer', (): Promise<void> => Promise.resolve()],
  ['an answer in the middle of a call', negotiated],
])('%s', (_, prepare) => {
  const answered = (spoil: Spoil) =>
    withEndpoint(async (endpoint) => {
      await prepare(endpoint);
      return answerBadly(endpoint, spoil);
    });

  it.each(HARMLESS)('is taken, and does no harm, with %s', async (_name, spoil) => {
    expect(await answered(spoil)).toBeNull();
  });

  it.each(ABSURD)('is refused when it %s', async (_name, spoil) => {
    expect(await answered(spoil)).toMatchObject({ code: 'bad-description' });
  });
});

describe('an answer with random changes', () => {
  it('is taken or refused, before webrtcbin meets it, and the worker goes on', async () => {
    const answers = fc.asyncProperty(MUTATIONS, fc.boolean(), async (mutations, inCall) => {
      const refusal = await withEndpoint(async (endpoint) => {
        if (inCall) await negotiated(endpoint);
        return answerBadly(endpoint, spoiltBy(mutations));
      });
      if (refusal === null) return;
      expect(refusal.code).toBe('bad-description');
      expect(refusal.message).not.toContain('webrtcbin');
    });
    await fc.assert(answers, { numRuns: 200, endOnFailure: true });
    expect((await theWorker()).pid).toBe(before.pid);
  });
});

describe('candidates', () => {
  it.each([
    ['before the answer', false],
    ['after the answer', true],
  ])('by the thousand %s are refused but for the first hundred, and the call goes on', async (_, answered) => {
    await withEndpoint(async (endpoint) => {
      const { sdp } = await endpoint.createOffer();
      if (answered) await endpoint.acceptAnswer(honestAnswer(sdp));
      const ports = Array.from({ length: 3_000 }, (__, index) => 20_000 + index);
      const refusals = await Promise.all(ports.map((port) => outcome(endpoint.addCandidate(candidate(port)))));
      expect(refusals.map((refusal) => refusal?.code ?? 'taken')).toEqual([
        ...Array<string>(100).fill('taken'),
        ...Array<string>(2_900).fill('bad-candidate'),
      ]);
      if (!answered) await endpoint.acceptAnswer(honestAnswer(sdp));
      await endpoint.setView(THREE_BOXES);
      expect((await endpoint.createOffer()).renegotiation).toBe(true);
    });
  });

  it.each([
    ['nothing', ''],
    ['prose', 'let me in'],
    ['endless digits', `candidate:${'9'.repeat(1_000)}`],
    ['a port out of all range', 'candidate:1 1 udp 1 127.0.0.1 99999999999 typ host'],
    ['an address out of all range', 'candidate:1 1 udp 1 999.999.999.999 9 typ host'],
    ['NUL', 'candidate:1 1 udp 1 127.0.0.1 9 typ host\0'],
    ['a name to look up', 'candidate:1 1 udp 1 nowhere.example 9 typ host'],
    ['another line in it', 'candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=ice-lite'],
  ])('of %s are refused or of no effect', async (_, text) => {
    await withEndpoint(async (endpoint) => {
      await negotiated(endpoint);
      const refusal = await outcome(endpoint.addCandidate({ candidate: text, sdpMid: 'x', sdpMLineIndex: 7 }));
      expect([undefined, 'bad-candidate']).toContain(refusal?.code);
      expect((await endpoint.createOffer()).renegotiation).toBe(true);
    });
  });
});

describe('the worker that has met all of them', () => {
  it('is the same one, and holds nothing of them', async () => {
    const { pid, rooms, endpoints } = await theWorker();
    expect({ pid, rooms, endpoints }).toEqual({ pid: before.pid, rooms: 1, endpoints: 0 });
    await expect.poll(async () => (await theWorker()).pipelines, { timeout: 5_000 }).toBe(before.pipelines);
  });
});
