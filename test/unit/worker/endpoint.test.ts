import { expect, it } from 'vitest';
import type { EndpointEvent } from '../../../src/protocol/media-ipc/messages.ts';
import { Endpoint, type EndpointRoom } from '../../../src/worker/endpoint.ts';
import type { GstBinding } from '../../../src/worker/gst/binding.ts';
import type { WorkerContext } from '../../../src/worker/worker-context.ts';

type Handler = (...args: unknown[]) => void;

/** An endpoint over a GStreamer that agrees to everything; what the endpoint listens to, and what it says. */
function scene() {
  const handlers = new Map<string, Handler>();
  const events: EndpointEvent[] = [];
  const methods = {
    on: (signal: string, handler: Handler) => handlers.set(signal, handler).size,
    setState: () => Promise.resolve(),
    graph: () => '',
  };
  const agreeing: unknown = new Proxy(methods, {
    get: (target, name) => (Reflect.get(target, name) as unknown) ?? (() => agreeing),
  });
  class Native {
    show = () => undefined;
    close = () => undefined;
    clear = () => undefined;
  }
  const gst = {
    createElement: () => agreeing,
    createPipeline: () => agreeing,
    Feed: Native,
    Relay: Native,
    Transport: Native,
  };
  const context = {
    gst: gst as unknown as GstBinding,
    options: { iceAddresses: [], maxVideoBitrateBps: 1, stallTimeoutMs: 1 },
    addresses: [],
    report: (_id: string, event: EndpointEvent) => events.push(event),
    log: () => undefined,
  } as unknown as WorkerContext;
  new Endpoint('e', { codec: 'vp8', slate: { stream: null } } as unknown as EndpointRoom, context);
  return { events, handlers, agreeing };
}

it('a stream that is gone before it could be connected costs its endpoint, not the worker', () => {
  const { events, handlers, agreeing } = scene();
  const pad: unknown = new Proxy(agreeing as object, {
    get: (target, name) => {
      if (name === 'direction') return () => 'src';
      if (name === 'caps') return () => 'application/x-rtp, encoding-name=VP8';
      if (name !== 'linkPad') return Reflect.get(target, name) as unknown;
      return () => {
        throw new Error('cannot link pads: wrong hierarchy');
      };
    },
  });
  handlers.get('pad-added')?.(pad);
  expect(events).toEqual([{ type: 'failed' }]);
});
