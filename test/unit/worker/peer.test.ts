import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GstBinding, GstElement } from '../../../src/worker/gst/binding.ts';
import { Scope } from '../../../src/worker/gst/scope.ts';
import { Peer } from '../../../src/worker/peer.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A peer over a webrtcbin that does nothing, whose page was heard `idleMs` ago; -1 = never. */
function peerWith(page: { idleMs: number }): Peer {
  const nothing = () => undefined;
  const object = {
    get: () => object,
    set: () => object,
    on: () => 1,
    emit: () => null,
    release: nothing,
    byName: () => object,
    byFactory: () => [],
    add: nothing,
  };
  class Transport {
    open = nothing;
    figures = () => page;
  }
  const gst = { createElement: () => object, Transport } as unknown as GstBinding;
  const handlers = {
    candidate: nothing,
    connected: nothing,
    failed: nothing,
    incoming: nothing,
  };
  const ice = { addresses: [], settings: undefined };
  return new Peer(gst, new Scope(), object as unknown as GstElement, ice, 'cname', handlers);
}

it('a page from which nothing has come since it was connected has been idle since then', () => {
  const peer = peerWith({ idleMs: -1 });
  peer.onConnected();
  vi.advanceTimersByTime(7_000);
  expect(peer.idleMs).toBe(7_000);
});

it('a page is idle since it was heard last', () => {
  const page = { idleMs: -1 };
  const peer = peerWith(page);
  peer.onConnected();
  vi.advanceTimersByTime(7_000);
  page.idleMs = 20;
  expect(peer.idleMs).toBe(20);
});
