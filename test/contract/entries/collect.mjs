// Makes what a worker makes for calls, ends it, and prints how much of each kind the garbage collector could take: {kind: [made, taken]}.
import { setImmediate as turn } from 'node:timers/promises';
import { loadBinding } from '../../../dist/worker/gst/binding.js';
import { MediaRoom } from '../../../dist/worker/media-room.js';
import { Slates } from '../../../dist/worker/slates.js';
import { VideoStream } from '../../../dist/worker/video-stream.js';

const TIMES = 5;
const PATIENCE_MS = 5_000;

const gst = loadBinding();
const books = {};
const registry = new FinalizationRegistry((kind) => books[kind][1]++);
function note(kind, object) {
  (books[kind] ??= [0, 0])[0]++;
  registry.register(object, kind);
  return object;
}

/** The constructor, noting what it makes. */
const noting = (kind, Type) =>
  new Proxy(Type, { construct: (_target, parameters) => note(kind, new Type(...parameters)) });

const noted = { ...gst, Feed: noting('feeds', gst.Feed), Relay: noting('relays', gst.Relay) };
const silent = () => undefined;
const room = new MediaRoom('room', 'vp8', {
  gst: noted,
  options: { iceAddresses: [], maxVideoBitrateBps: 1e6, stallTimeoutMs: 5_000 },
  addresses: ['127.0.0.1'],
  slates: new Slates(gst, silent),
  report: silent,
  reportLevels: silent,
  log: silent,
});

async function stay(id) {
  const endpoint = note('endpoints', room.open(id));
  await endpoint.createOffer();
  await endpoint.close();
}

/** A stream that ends before its first frame, for which it holds a callback that leads back to it. */
function streamWithoutFrames() {
  const appsink = gst.createElement('appsink');
  const stream = note('streams', new VideoStream(noted, appsink, 'vp8', silent, () => stream.relay));
  stream.close();
  appsink.release();
}

for (let i = 0; i < TIMES; i++) {
  await stay(`endpoint-${i}`);
  streamWithoutFrames();
}
const deadline = performance.now() + PATIENCE_MS;
while (performance.now() < deadline && Object.values(books).some(([made, taken]) => taken < made)) {
  globalThis.gc();
  await turn();
}
await room.close();
process.stdout.write(JSON.stringify(books), () => gst.exitNow(0));
