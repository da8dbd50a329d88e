import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TypedEmitter } from '../../src/common/typed-emitter.ts';
import { IceCandidate, type Offer, type Published, SLATE, type StreamRef } from '../../src/protocol/media-ipc/view.ts';
import type { Endpoint, MediaEngine, MediaRoom } from '../../src/server/media/media-engine.ts';

/**
 * How the suite gets hold of an engine and of what is outside of it. The optional hooks bring about what a page's media do; an
 * engine that needs a real browser for that leaves them out, and those cases are shown as skipped.
 */
export interface MediaEngineHooks<E extends MediaEngine> {
  create(): Promise<E>;
  /** An answer to the offer, as a page gives it. */
  answer(offer: Offer): string | Promise<string>;
  /** What a page offers in the middle of a call in which it has this description of ours. */
  pageOffer(ours: string): string;
  /** Ends the worker of this pid as SIGKILL does. */
  killWorker(engine: E, pid: number): void;
  /** Brings media up between the endpoint, which has been answered, and a page. */
  connect?(engine: E, endpoint: Endpoint): Promise<void> | void;
  /** Makes the page send these kinds. */
  publish?(engine: E, endpoint: Endpoint, published: Published): Promise<void> | void;
  /** Makes ICE fail. */
  fail?(engine: E, endpoint: Endpoint): Promise<void> | void;
  /** Makes the page fall silent, and begin again. */
  stall?(engine: E, endpoint: Endpoint): Promise<void> | void;
  resume?(engine: E, endpoint: Endpoint): Promise<void> | void;
}

const elsewhere = (name: string): StreamRef => ({ source: 'endpoint', endpoint: name });
const goodCandidate = {
  candidate: 'candidate:1 1 udp 2122260223 127.0.0.1 50000 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
};

function next<Events extends Record<keyof Events, unknown[]>, K extends keyof Events>(
  events: TypedEmitter<Events>,
  event: K,
): Promise<Events[K]> {
  return new Promise((resolve) => {
    const stop = events.on(event, (...args: Events[K]) => {
      stop();
      resolve(args);
    });
  });
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

/** The suite that every MediaEngine passes: what the port's comments promise, seen from the server. */
export function describeMediaEngine<E extends MediaEngine>(name: string, hooks: MediaEngineHooks<E>): void {
  describe(name, () => {
    let engine: E;
    /** An engine is used for one test after the other, as processes take long to start, but not when one of them has ended. */
    let left: E | undefined;
    let isSpoilt = false;
    const rooms: MediaRoom[] = [];

    beforeEach(async () => {
      engine = left ?? (await hooks.create());
      left = undefined;
      isSpoilt = false;
    });
    afterEach(async () => {
      await Promise.all(rooms.splice(0).map((room) => room.close()));
      if (isSpoilt) await engine.close();
      else left = engine;
    });
    afterAll(async () => {
      await left?.close();
    });

    const createRoom = async (name: string) => {
      const room = await engine.createRoom(name);
      rooms.push(room);
      return room;
    };
    const killWorkers = async () => {
      isSpoilt = true;
      for (const { pid } of (await engine.dump()).workers) hooks.killWorker(engine, pid);
    };
    const newEndpoint = async () => (await createRoom('room')).createEndpoint();
    /** Offers, has the page answer, and says whether another offer is needed. */
    const negotiate = async (endpoint: Endpoint) => {
      const offer = await endpoint.createOffer();
      const { renegotiate } = await endpoint.acceptAnswer(await hooks.answer(offer));
      return { offer, renegotiate };
    };
    const counts = async () => {
      const { workers } = await engine.dump();
      const sum = (kind: 'rooms' | 'endpoints') => workers.reduce((total, worker) => total + worker[kind], 0);
      return { rooms: sum('rooms'), endpoints: sum('endpoints') };
    };
    const needing = (hook: keyof MediaEngineHooks<E>, title: string, body: () => Promise<void>) => {
      if (hooks[hook] === undefined) it.skip(`${title} (skipped: only a browser can ${hook} here)`, body);
      else it(title, body);
    };

    describe('a room', () => {
      it('gives endpoints whose ids are unique in the engine', async () => {
        const [one, two] = [await createRoom('room'), await createRoom('room')];
        const endpoints = await Promise.all([one, one, two, two].map((room) => room.createEndpoint()));
        expect(new Set(endpoints.map(({ id }) => id)).size).toBe(4);
        expect(await counts()).toEqual({ rooms: 2, endpoints: 4 });
      });

      it('is placed where the fewest endpoints are, and of those where the fewest rooms are', async () => {
        const placed = async () => {
          const { workers } = await engine.dump();
          return workers.map(({ rooms, endpoints }) => [rooms, endpoints]).sort();
        };
        await expect.poll(placed, { timeout: 10_000 }).toEqual([
          [0, 0],
          [0, 0],
        ]);
        const [first] = await Promise.all([createRoom('first'), createRoom('second')]);
        expect(await placed()).toEqual([
          [1, 0],
          [1, 0],
        ]);
        await first.createEndpoint();
        await createRoom('third');
        expect(await placed()).toEqual([
          [1, 1],
          [2, 0],
        ]);
      });

      it('takes its endpoints with it, and can be closed twice', async () => {
        const room = await createRoom('room');
        const endpoint = await room.createEndpoint();
        const closed = next(endpoint.events, 'closed');
        await Promise.all([room.close(), room.close()]);
        await closed;
        expect(await counts()).toEqual({ rooms: 0, endpoints: 0 });
      });

      it('takes the tiles of its grid, the same ones again, and none', async () => {
        const room = await createRoom('room');
        const tile = { name: 'Anna', stream: null, speaker: false, screen: false };
        await room.setGrid([tile, { ...tile, name: '王小明', stream: elsewhere('nowhere'), speaker: true }]);
        await room.setGrid([tile]);
        await room.setGrid([tile]);
        await room.setGrid([]);
      });

      it('takes no tiles any more once it is closed, or its worker has died', async () => {
        const [closed, orphan] = [await createRoom('closed'), await createRoom('orphan')];
        await closed.close();
        expect(await codeOf(closed.setGrid([]))).toBe('media-room-closed');
        const died = next(orphan.events, 'died');
        await killWorkers();
        await died;
        expect(await codeOf(orphan.setGrid([]))).toMatch(/^media-(room-closed|worker-died)$/);
      });

      it('has figures of those endpoints only whose media are up', async () => {
        const room = await createRoom('room');
        const endpoint = await room.createEndpoint();
        await endpoint.createOffer();
        expect([...(await room.figures())]).toEqual([]);
      });

      needing('connect', 'has no figures any more of an endpoint that has ended', async () => {
        const room = await createRoom('room');
        const endpoint = await room.createEndpoint();
        await negotiate(endpoint);
        await hooks.connect?.(engine, endpoint);
        expect([...(await room.figures()).keys()]).toEqual([endpoint.id]);
        await endpoint.close();
        expect([...(await room.figures())]).toEqual([]);
      });

      it('has no figures any more once it is closed', async () => {
        const room = await createRoom('room');
        await room.close();
        expect(await codeOf(room.figures())).toBe('media-room-closed');
      });

      it('gives no endpoint any more once it is closed', async () => {
        const room = await createRoom('room');
        await room.close();
        expect(await codeOf(room.createEndpoint())).toBe('media-room-closed');
      });

      it('does not say that it died when it is closed', async () => {
        const room = await createRoom('room');
        let died = false;
        room.events.on('died', () => {
          died = true;
        });
        await room.close();
        expect(died).toBe(false);
      });
    });

    describe('a picture', () => {
      it('is not there as long as nothing comes from the page', async () => {
        const endpoint = await newEndpoint();
        expect(await codeOf(endpoint.picture())).toBe('no-picture');
        await negotiate(endpoint);
        expect(await codeOf(endpoint.picture())).toBe('no-picture');
      });

      it('is not there any more once its endpoint is closed', async () => {
        const endpoint = await newEndpoint();
        await endpoint.close();
        expect(await codeOf(endpoint.picture())).toBe('endpoint-closed');
      });
    });

    describe('traffic', () => {
      it('is told of every worker, by its place', async () => {
        const places = async () => (await engine.traffic()).map(({ place }) => place);
        await expect.poll(places, { timeout: 10_000 }).toEqual([1, 2]);
        for (const { place, ...traffic } of await engine.traffic())
          expect([place, new Set(Object.values(traffic))]).toEqual([place, new Set([0])]);
      });

      it('goes on in the worker that takes the place of one that has died', async () => {
        const { workers, restarts } = await engine.dump();
        expect(restarts).toBe(0);
        await killWorkers();
        const after = async () => {
          const [dump, traffic] = await Promise.all([engine.dump(), engine.traffic()]);
          return [dump.restarts, traffic.map(({ place }) => place)];
        };
        await expect.poll(after, { timeout: 10_000 }).toEqual([workers.length, [1, 2]]);
      });
    });

    describe('the first offer', () => {
      it('has one line of sound, and one picture, which is main', async () => {
        const { sdp, renegotiation, streams } = await (await newEndpoint()).createOffer();
        expect(renegotiation).toBe(false);
        expect(sdp.match(/^m=(audio|video) /gm)).toEqual(['m=audio ', 'm=video ']);
        expect(Object.values(streams).map(({ isVideo }) => isVideo)).toEqual([true]);
      });

      it('names each stream in the description', async () => {
        const { sdp, streams } = await (await newEndpoint()).createOffer();
        for (const msid of Object.keys(streams)) expect(sdp).toContain(`a=msid:${msid} `);
      });

      it('has a picture for each one in the view', async () => {
        const endpoint = await newEndpoint();
        await endpoint.setView({ video: ['a', 'b', 'c'].map(elsewhere), audio: [] });
        const { sdp, streams } = await endpoint.createOffer();
        expect(Object.keys(streams).length).toBe(3);
        expect(sdp.match(/^m=video /gm)?.length).toBe(3);
      });

      it('is followed by candidates', async () => {
        const endpoint = await newEndpoint();
        const candidate = next(endpoint.events, 'candidate');
        await endpoint.createOffer();
        expect(IceCandidate.parse((await candidate)[0]).candidate).toMatch(/^candidate:/);
      });
    });

    describe('an answer', () => {
      it('ends the wait of the offer; the next one is a renegotiation', async () => {
        const endpoint = await newEndpoint();
        expect((await negotiate(endpoint)).renegotiate).toBe(false);
        expect((await negotiate(endpoint)).offer.renegotiation).toBe(true);
      });

      it('is due before another offer can be made', async () => {
        const endpoint = await newEndpoint();
        await endpoint.createOffer();
        expect(await codeOf(endpoint.createOffer())).toBe('offer-outstanding');
      });

      it('is refused when there is no offer, or no offer any more', async () => {
        const endpoint = await newEndpoint();
        const other = await newEndpoint();
        const text = await hooks.answer(await other.createOffer());
        expect(await codeOf(endpoint.acceptAnswer(text))).toBe('no-offer');
        const offer = await endpoint.createOffer();
        const answer = await hooks.answer(offer);
        await endpoint.acceptAnswer(answer);
        expect(await codeOf(endpoint.acceptAnswer(answer))).toBe('no-offer');
      });

      it.each(['nonsense', 'v=0', '', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'])(
        'is refused when it cannot be used: %j',
        async (text) => {
          const endpoint = await newEndpoint();
          await endpoint.createOffer();
          expect(await codeOf(endpoint.acceptAnswer(text))).toBe('bad-description');
        },
      );
    });

    describe('a view', () => {
      it('that grows needs an offer, which shows what is there and what has come', async () => {
        const endpoint = await newEndpoint();
        const { offer } = await negotiate(endpoint);
        expect(await endpoint.setView({ video: ['a', 'b'].map(elsewhere), audio: [elsewhere('a')] })).toMatchObject({
          removed: [],
          renegotiate: true,
        });
        const grown = await negotiate(endpoint);
        expect(Object.keys(grown.offer.streams)).toEqual(expect.arrayContaining(Object.keys(offer.streams)));
        expect(Object.keys(grown.offer.streams).length).toBe(2);
        expect(grown.renegotiate).toBe(false);
      });

      it('says what each box shows, main first', async () => {
        const endpoint = await newEndpoint();
        const { offer } = await negotiate(endpoint);
        const [main] = Object.keys(offer.streams);
        const { boxes } = await endpoint.setView({ video: ['a', 'b'].map(elsewhere), audio: [] });
        expect(boxes.map(({ shows }) => shows)).toEqual(['a', 'b'].map(elsewhere));
        expect(boxes[0]?.streamId).toBe(main);
        const { streams } = await endpoint.createOffer();
        expect(Object.keys(streams).sort()).toEqual(boxes.map(({ streamId }) => streamId).sort());
      });

      it('that shrinks takes boxes away, but never main', async () => {
        const endpoint = await newEndpoint();
        const { offer } = await negotiate(endpoint);
        await endpoint.setView({ video: ['a', 'b', 'c'].map(elsewhere), audio: [] });
        const shown = Object.keys((await negotiate(endpoint)).offer.streams);
        const { removed } = await endpoint.setView({ video: [SLATE], audio: [SLATE] });
        expect([...removed].sort()).toEqual(shown.filter((msid) => !(msid in offer.streams)).sort());
      });

      it('that grows again has boxes of a name never used', async () => {
        const endpoint = await newEndpoint();
        await negotiate(endpoint);
        const used = new Set<string>();
        for (let round = 0; round < 3; round++) {
          await endpoint.setView({ video: ['a', 'b'].map(elsewhere), audio: [] });
          const { offer } = await negotiate(endpoint);
          const { removed } = await endpoint.setView({ video: [elsewhere('a')], audio: [] });
          expect(Object.keys(offer.streams)).toEqual(expect.arrayContaining(removed));
          for (const msid of removed) {
            expect(used).not.toContain(msid);
            used.add(msid);
          }
        }
        expect(used.size).toBe(3);
      });

      it('that shows others in the same boxes needs nothing of the page', async () => {
        const endpoint = await newEndpoint();
        await endpoint.setView({ video: ['a', 'b'].map(elsewhere), audio: [] });
        await negotiate(endpoint);
        const others = { video: ['c', 'd'].map(elsewhere), audio: [elsewhere('c')] };
        expect(await endpoint.setView(others)).toMatchObject({ removed: [], renegotiate: false });
      });

      it('that is stated twice changes nothing the second time', async () => {
        const endpoint = await newEndpoint();
        const view = { video: ['a', 'b'].map(elsewhere), audio: [elsewhere('a')] };
        await endpoint.setView(view);
        await negotiate(endpoint);
        expect(await endpoint.setView(view)).toMatchObject({ removed: [], renegotiate: false });
      });

      it('that grows is shown by the next offer, also when that was asked for too early', async () => {
        const endpoint = await newEndpoint();
        const offer = await endpoint.createOffer();
        await endpoint.setView({ video: ['a', 'b'].map(elsewhere), audio: [] });
        expect(await codeOf(endpoint.createOffer())).toBe('offer-outstanding');
        await endpoint.acceptAnswer(await hooks.answer(offer));
        const { sdp, streams } = await endpoint.createOffer();
        expect(sdp.match(/^m=video /gm)).toHaveLength(2);
        for (const msid of Object.keys(streams)) expect(sdp).toContain(`a=msid:${msid} `);
      });

      it('that grows while an offer is on its way is asked for by the answer', async () => {
        const endpoint = await newEndpoint();
        const offer = await endpoint.createOffer();
        await endpoint.setView({ video: ['a', 'b'].map(elsewhere), audio: [] });
        expect(await endpoint.acceptAnswer(await hooks.answer(offer))).toEqual({ renegotiate: true });
        const grown = await negotiate(endpoint);
        expect([Object.keys(grown.offer.streams).length, grown.renegotiate]).toEqual([2, false]);
      });
    });

    describe('an offer of the page', () => {
      async function inCall() {
        const room = await createRoom('room');
        const endpoint = await room.createEndpoint();
        const offer = await endpoint.createOffer();
        await endpoint.acceptAnswer(await hooks.answer(offer));
        return { endpoint, offer };
      }

      it('is answered with the streams that the page has, and needs no offer of ours', async () => {
        const { endpoint, offer } = await inCall();
        const { answer, renegotiate } = await endpoint.acceptOffer(hooks.pageOffer(offer.sdp));
        expect(answer?.streams).toEqual(offer.streams);
        for (const streamId of Object.keys(offer.streams)) expect(answer?.sdp).toContain(streamId);
        expect(renegotiate).toBe(false);
        await endpoint.setView({ video: [SLATE, elsewhere('one')], audio: [] });
        expect((await endpoint.createOffer()).renegotiation).toBe(true);
      });

      it('that meets one of ours is not answered, and asks for another of ours', async () => {
        const { endpoint, offer } = await inCall();
        await endpoint.setView({ video: [SLATE, elsewhere('one')], audio: [] });
        const ours = await endpoint.createOffer();
        const sharing = hooks.pageOffer(offer.sdp);
        expect(await endpoint.acceptOffer(sharing)).toEqual({ answer: null, renegotiate: true });
        expect(await endpoint.acceptAnswer(await hooks.answer(ours))).toEqual({ renegotiate: true });
        await endpoint.createOffer();
      });

      it('is refused before there is a call, and when it is nonsense, and changes nothing', async () => {
        const room = await createRoom('room');
        const endpoint = await room.createEndpoint();
        const offer = await endpoint.createOffer();
        expect(await codeOf(endpoint.acceptOffer(hooks.pageOffer(offer.sdp)))).toBe('bad-description');
        await endpoint.acceptAnswer(await hooks.answer(offer));
        expect(await codeOf(endpoint.acceptOffer('nonsense'))).toBe('bad-description');
        expect((await endpoint.acceptOffer(hooks.pageOffer(offer.sdp))).answer).not.toBeNull();
      });

      it('may be followed by the end of a stream, known or not', async () => {
        const { endpoint, offer } = await inCall();
        await endpoint.acceptOffer(hooks.pageOffer(offer.sdp));
        await endpoint.endStream('screen');
        await endpoint.endStream('nothing');
      });
    });

    describe('a candidate of the page', () => {
      it('is taken before the answer and after it', async () => {
        const endpoint = await newEndpoint();
        const offer = await endpoint.createOffer();
        await endpoint.addCandidate(goodCandidate);
        await endpoint.acceptAnswer(await hooks.answer(offer));
        await endpoint.addCandidate({ ...goodCandidate, sdpMid: null });
      });

      it.each(['nonsense', 'candidate:', 'candidate:1 1 udp'])('is refused when it is none: %j', async (candidate) => {
        const endpoint = await newEndpoint();
        await negotiate(endpoint);
        expect(await codeOf(endpoint.addCandidate({ ...goodCandidate, candidate }))).toBe('bad-candidate');
      });
    });

    describe('an endpoint that is closed', () => {
      it('says so once, also when it is closed twice', async () => {
        const endpoint = await newEndpoint();
        let times = 0;
        endpoint.events.on('closed', () => times++);
        await Promise.all([endpoint.close(), endpoint.close()]);
        await endpoint.close();
        expect([times, await counts()]).toEqual([1, { rooms: 1, endpoints: 0 }]);
      });

      it('does nothing any more', async () => {
        const endpoint = await newEndpoint();
        await endpoint.createOffer();
        await endpoint.close();
        const calls = [
          endpoint.setView({ video: [SLATE], audio: [] }),
          endpoint.createOffer(),
          endpoint.acceptAnswer('v=0'),
          endpoint.acceptOffer('v=0'),
          endpoint.endStream('screen'),
          endpoint.addCandidate(goodCandidate),
        ];
        expect(await Promise.all(calls.map(codeOf))).toEqual(Array(6).fill('endpoint-closed'));
      });

      it('leaves the others in its room as they are', async () => {
        const room = await createRoom('room');
        const [one, two] = [await room.createEndpoint(), await room.createEndpoint()];
        await two.setView({ video: [elsewhere(one.id)], audio: [elsewhere(one.id)] });
        await negotiate(two);
        await one.close();
        await two.setView({ video: [SLATE], audio: [SLATE] });
        expect((await negotiate(two)).offer.renegotiation).toBe(true);
      });
    });

    describe('a worker that dies', () => {
      it('ends its endpoints first, then says so of its rooms, once', async () => {
        const room = await createRoom('room');
        const endpoints = [await room.createEndpoint(), await room.createEndpoint()];
        const order: string[] = [];
        for (const endpoint of endpoints) endpoint.events.on('closed', () => order.push('endpoint closed'));
        room.events.on('died', () => order.push('room died'));
        const died = next(room.events, 'died');
        await killWorkers();
        await died;
        await room.close();
        expect(order).toEqual(['endpoint closed', 'endpoint closed', 'room died']);
      });

      it('fails what was asked of it', async () => {
        const room = await createRoom('room');
        const endpoint = await room.createEndpoint();
        await endpoint.createOffer();
        const died = next(room.events, 'died');
        await killWorkers();
        const asked = codeOf(endpoint.acceptAnswer('v=0'));
        await died;
        expect(['media-worker-died', 'endpoint-closed']).toContain(await asked);
        expect(['media-worker-died', 'endpoint-closed']).toContain(await codeOf(endpoint.createOffer()));
        expect(['media-worker-died', 'media-room-closed']).toContain(await codeOf(room.createEndpoint()));
        await endpoint.close();
        await room.close();
      });

      it('is replaced: the next room works', async () => {
        const room = await createRoom('room');
        const died = next(room.events, 'died');
        await killWorkers();
        await died;
        expect((await negotiate(await newEndpoint())).offer.renegotiation).toBe(false);
        expect(await counts()).toEqual({ rooms: 1, endpoints: 1 });
      });
    });

    describe('an engine that is closed', () => {
      it('ends what it holds, and makes no rooms any more', async () => {
        const endpoint = await newEndpoint();
        const closed = next(endpoint.events, 'closed');
        isSpoilt = true;
        await engine.close();
        await closed;
        await engine.close();
        expect(await codeOf(engine.createRoom('room'))).toBe('shutting-down');
      });
    });

    describe('the media of a page', () => {
      const connected = async () => {
        const endpoint = await newEndpoint();
        await negotiate(endpoint);
        const up = next(endpoint.events, 'connected');
        await hooks.connect?.(engine, endpoint);
        await up;
        return endpoint;
      };

      needing('connect', 'are up once', async () => {
        await connected();
      });

      needing('publish', 'are told of as they come and go', async () => {
        const endpoint = await connected();
        for (const published of [
          { audio: true, video: true, screen: true },
          { audio: false, video: false, screen: false },
        ]) {
          const told = next(endpoint.events, 'published');
          await hooks.publish?.(engine, endpoint, published);
          expect(await told).toEqual([published]);
        }
      });

      needing('fail', 'can fail', async () => {
        const endpoint = await connected();
        const failed = next(endpoint.events, 'failed');
        await hooks.fail?.(engine, endpoint);
        await failed;
      });

      needing('stall', 'can stall', async () => {
        const endpoint = await connected();
        const stalled = next(endpoint.events, 'stalled');
        await hooks.stall?.(engine, endpoint);
        await stalled;
      });

      needing('resume', 'can come back after a stall', async () => {
        const endpoint = await connected();
        const stalled = next(endpoint.events, 'stalled');
        await hooks.stall?.(engine, endpoint);
        await stalled;
        const resumed = next(endpoint.events, 'resumed');
        await hooks.resume?.(engine, endpoint);
        await resumed;
      });
    });
  });
}
