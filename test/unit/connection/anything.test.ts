import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SLATE } from '../../../src/protocol/media-ipc/view.ts';
import type { FakePage } from './fake-page.ts';
import { Stage, turns } from './stage.ts';

interface Scene {
  stage: Stage;
  pages: FakePage[];
}

const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 5000 typ host' };

/** All that can happen to a connection; `who` = which of two pages, `count` = a number of boxes. */
const HAPPENINGS: Record<string, (scene: Scene, who: number, count: number) => void | Promise<void>> = {
  request: ({ pages }, who) => {
    pages[who]!.request();
  },
  ready: ({ pages }, who) => {
    pages[who]!.say({ readyForOffer: true });
  },
  answer: ({ pages }, who) => {
    const offer = pages[who]!.received.findLast((message) => typeof message === 'object' && 'sdp' in message);
    pages[who]!.answer((offer ?? {}) as Record<string, unknown>);
  },
  nonsense: ({ pages }, who) => {
    pages[who]!.say({ type: 'answer', sdp: 'nonsense' });
    pages[who]!.say({ type: 'offer', sdp: 'v=0' });
    pages[who]!.say({ candidate: 'nonsense' });
  },
  offer: ({ pages }, who) => {
    pages[who]!.offer();
  },
  candidate: ({ pages }, who) => {
    pages[who]!.say(candidate);
  },
  leave: ({ pages }, who) => {
    pages[who]!.leave();
  },
  disconnect: ({ stage, pages }, who) => {
    stage.link.events.emit('userDisconnected', pages[who]!.user);
  },
  show: ({ stage }, _who, count) => {
    const video = Array.from({ length: count }, (_, index) => ({ source: 'endpoint' as const, endpoint: `${index}` }));
    stage.connection.show({ video: count === 0 ? [SLATE] : video, audio: [] }, new Map());
  },
  reconcile: ({ stage }) => {
    stage.room.reconcile();
  },
  linkDown: ({ stage }) => {
    stage.link.goDown();
  },
  linkUp: ({ stage }) => {
    stage.link.goUp();
  },
  connect: ({ stage }) => {
    stage.engine.endpoints[0]?.connect();
  },
  publish: ({ stage }) => {
    stage.engine.endpoints[0]?.publish({ audio: true, video: true });
  },
  fail: ({ stage }) => {
    stage.engine.endpoints[0]?.fail();
  },
  stall: ({ stage }) => {
    stage.engine.endpoints[0]?.stall();
  },
  killWorker: ({ stage }) => {
    stage.engine.killWorker();
  },
  turn: () => turns(),
};

const happenings = fc.array(
  fc.record({
    name: fc.constantFrom(...Object.keys(HAPPENINGS)),
    who: fc.nat(1),
    count: fc.nat(4),
  }),
  { maxLength: 40, size: 'max' },
);

function expectSense({ stage, pages }: Scene): void {
  const { state, user } = stage.connection.resource;
  expect(user === null).toBe(state === 'waiting');
  expect(stage.engine.endpoints.length).toBeLessThanOrEqual(1);
  expect(stage.log.of('error')).toEqual([]);
  // One offer at a time: the engine would have refused a second one, and the log would say so.
  expect(stage.log.lines.filter(({ fields }) => fields.code === 'offer-outstanding')).toEqual([]);
  // A page is told to get ready before it is told anything else.
  for (const { names } of pages) expect([undefined, 'enableMedia']).toContain(names[0]);
}

it('whatever happens, in whatever order, a connection keeps its senses, and nothing of it is left at its end', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (steps) => {
      const stage = await Stage.set();
      const scene = { stage, pages: [stage.page('anna'), stage.page('bert', { legacy: true })] };
      for (const { name, who, count } of steps) await HAPPENINGS[name]!(scene, who, count);
      await turns();
      expectSense(scene);
      await stage.connection.close('shutdown');
      await stage.room.close('shutdown');
      await turns();
      expect([stage.engine.rooms, stage.state, stage.connection.queued]).toEqual([[], 'closed', 0]);
      expect(stage.log.of('error')).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('after whatever has happened, a new user can have the seat', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (steps) => {
      const stage = await Stage.set();
      const scene = { stage, pages: [stage.page('anna'), stage.page('bert', { legacy: true })] };
      for (const { name, who, count } of steps) await HAPPENINGS[name]!(scene, who, count);
      stage.link.goUp();
      for (const page of scene.pages) page.leave();
      await turns();
      await stage.connected(stage.page('carla'));
      expect(stage.connection.resource).toMatchObject({ state: 'connected', user: 'carla' });
      await stage.connection.close('shutdown');
      await stage.room.close('shutdown');
    }),
    { numRuns: 300 },
  );
});
