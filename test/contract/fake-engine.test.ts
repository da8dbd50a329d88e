import type { FakeEndpoint } from '../../src/server/media/fake-endpoint.ts';
import { FakeMediaEngine } from '../../src/server/media/fake-engine.ts';
import type { Endpoint } from '../../src/server/media/media-engine.ts';
import { describeMediaEngine } from './media-engine.ts';

const fake = (engine: FakeMediaEngine, { id }: Endpoint): FakeEndpoint =>
  engine.endpoints.find((endpoint) => endpoint.id === id)!;

describeMediaEngine('the fake engine', {
  create: () => Promise.resolve(new FakeMediaEngine({ workers: 2 })),
  answer: ({ sdp }) => sdp,
  pageOffer: (ours) => ours,
  killWorker: (engine, pid) => {
    engine.killWorker(pid);
  },
  connect: (engine, endpoint) => {
    fake(engine, endpoint).connect();
  },
  publish: (engine, endpoint, published) => {
    fake(engine, endpoint).publish(published);
  },
  fail: (engine, endpoint) => {
    fake(engine, endpoint).fail();
  },
  stall: (engine, endpoint) => {
    fake(engine, endpoint).stall();
  },
  resume: (engine, endpoint) => {
    fake(engine, endpoint).resume();
  },
});
