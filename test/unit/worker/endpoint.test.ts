import { expect, it } from 'vitest';
import type { EndpointEvent } from '../../../src/protocol/media-ipc/messages.ts';
import { Endpoint, type EndpointRoom } from '../../../src/worker/endpoint.ts';
import type { GstBinding, IncomingKind } from '../../../src/worker/gst/binding.ts';
import type { WorkerContext } from '../../../src/worker/worker-context.ts';

/** An endpoint over a GStreamer that agrees to everything, in a room whose mixer is full; what arrives, and what the endpoint says. */
function scene() {
  const events: EndpointEvent[] = [];
  let arrive: ((ssrc: number, kind: IncomingKind) => void) | undefined;
  const methods = {
    on: () => 1,
    setState: () => Promise.resolve(),
    graph: () => '',
    emit: (name: string) => {
      if (name === 'add-transceiver') return agreeing;
      return Promise.resolve(name === 'create-offer' ? { offer: { type: 'offer', sdp: '' } } : null);
    },
  };
  const agreeing: unknown = new Proxy(methods, {
    get: (target, name) => (Reflect.get(target, name) as unknown) ?? (() => agreeing),
  });
  class Native {
    show = () => undefined;
    close = () => undefined;
    clear = () => undefined;
    receive = (_format: unknown, onSource: typeof arrive) => {
      arrive = onSource;
    };
  }
  const gst = {
    createElement: () => agreeing,
    createPipeline: () => agreeing,
    Feed: Native,
    Relay: Native,
    Transport: Native,
    DataTransport: Native,
  };
  const context = {
    gst: gst as unknown as GstBinding,
    options: { iceAddresses: [], maxVideoBitrateBps: 1, stallTimeoutMs: 1 },
    addresses: [],
    report: (_id: string, event: EndpointEvent) => events.push(event),
    log: () => undefined,
  } as unknown as WorkerContext;
  const mixer = {
    addInput: () => {
      throw new Error('the mixer has no room');
    },
  };
  const endpoint = new Endpoint(
    'e',
    { codec: 'vp8', slate: { stream: null }, mixer } as unknown as EndpointRoom,
    context,
  );
  return { events, endpoint, arrive: (ssrc: number, kind: IncomingKind) => arrive?.(ssrc, kind) };
}

it('a stream that cannot be connected costs its endpoint, not the worker', async () => {
  const { events, endpoint, arrive } = scene();
  await endpoint.createOffer();
  arrive(1, 'audio');
  expect(events).toEqual([{ type: 'failed' }]);
});
