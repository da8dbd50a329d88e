import { afterEach, describe, expect, test, vi } from 'vitest';
import { ApiError, UnreachableError } from '../../../../src/client/errors.ts';
import type { EventOptions } from '../../../../src/client/index.ts';
import type { StreamEvent } from '../../../../src/protocol/http-api/event.ts';
import type { RoomResource } from '../../../../src/protocol/http-api/room.ts';
import { Live, type LiveClient } from '../../../../src/web/console/live.ts';
import { room } from './resources.ts';

const at = '2026-01-01T12:00:00.000Z';
const changed = (resource: RoomResource, id: string): StreamEvent => {
  return { type: 'room-changed', room: resource.name, resource, id, at };
};

/** A server whose stream of events is written by the test. */
class FakeServer implements LiveClient {
  rooms: RoomResource[] = [room('a')];
  /** What every stream was opened with. */
  opened: EventOptions[] = [];
  reads = 0;
  /** In place of the next answer to `listRooms`. */
  answer: Promise<RoomResource[]> | undefined;
  #wake = (): void => undefined;
  #queue: (StreamEvent | Error)[] = [];

  send(...events: (StreamEvent | Error)[]): void {
    this.#queue.push(...events);
    this.#wake();
  }

  async *events(options: EventOptions = {}): AsyncGenerator<StreamEvent, void, undefined> {
    this.opened.push(options);
    options.signal?.addEventListener('abort', () => {
      this.#wake();
    });
    options.onConnection?.(true);
    while (options.signal?.aborted !== true) {
      const next = this.#queue.shift();
      if (next instanceof Error) {
        options.onConnection?.(false);
        throw next;
      }
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  listRooms(): Promise<RoomResource[]> {
    this.reads += 1;
    const { answer } = this;
    this.answer = undefined;
    return answer ?? Promise.resolve(this.rooms);
  }

  getRoom(name: string) {
    const found = this.rooms.find((one) => one.name === name);
    if (found !== undefined) return Promise.resolve({ ...found, etag: '"1"' });
    const problem = { type: '', code: 'room-not-found', status: 404, title: '', detail: '' };
    return Promise.reject(new ApiError(problem));
  }
}

let live: Live;
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

const layoutOf = (name: string) => live.rooms?.get(name)?.layout;

describe('the live state', () => {
  test('is read once the stream has begun, and kept by its events', async () => {
    const server = new FakeServer();
    live = new Live(server, null);
    await vi.waitFor(() => {
      expect(layoutOf('a')).toBe('gallery');
    });
    server.send(changed(room('a', { layout: 'grid' }), 'e-1'));
    await vi.waitFor(() => {
      expect(layoutOf('a')).toBe('grid');
    });
    expect(server.reads).toBe(1);
  });

  test('takes in what happens while it is read', async () => {
    const server = new FakeServer();
    let answer = (_rooms: RoomResource[]): void => undefined;
    server.answer = new Promise((resolve) => (answer = resolve));
    live = new Live(server, null);
    const told = vi.fn();
    live.event.listen(told);
    server.send(changed(room('a', { layout: 'speaker' }), 'e-1'));
    await vi.waitFor(() => {
      expect(told).toHaveBeenCalled();
    });
    expect(live.rooms).toBeUndefined();
    answer([room('a')]);
    await vi.waitFor(() => {
      expect(layoutOf('a')).toBe('speaker');
    });
  });

  test('is read anew when events were missed', async () => {
    const server = new FakeServer();
    live = new Live(server, null);
    const missed = vi.fn();
    live.missed.listen(missed);
    await vi.waitFor(() => {
      expect(live.rooms).toBeDefined();
    });
    server.rooms = [room('b')];
    server.send({ type: 'reset', id: 'f-0', at });
    await vi.waitFor(() => {
      expect([...live.rooms!.keys()]).toEqual(['b']);
    });
    expect(missed).toHaveBeenCalledTimes(1);
  });

  test('says that the server is away, and goes on behind the last event when it is back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const server = new FakeServer();
    live = new Live(server, null);
    const reachable: boolean[] = [];
    live.reachable.listen((is) => reachable.push(is));
    await vi.waitFor(() => {
      expect(live.rooms).toBeDefined();
    });
    server.send(changed(room('a'), 'e-7'), new UnreachableError('away'));
    await vi.waitFor(() => {
      expect(reachable).toEqual([false]);
    });
    await vi.advanceTimersByTimeAsync(2000);
    await vi.waitFor(() => {
      expect(reachable).toEqual([false, true]);
    });
    expect(server.opened.map(({ lastEventId }) => lastEventId)).toEqual([undefined, 'e-7']);
  });

  test('of a key for one room is that room, or nothing', async () => {
    const server = new FakeServer();
    live = new Live(server, 'a');
    await vi.waitFor(() => {
      expect([...live.rooms!.keys()]).toEqual(['a']);
    });
    expect(server.opened[0]?.room).toBe('a');
    live.close();
    live = new Live(server, 'none');
    await vi.waitFor(() => {
      expect(live.rooms?.size).toBe(0);
    });
  });

  test('ends when the server does not take the key any more', async () => {
    const server = new FakeServer();
    live = new Live(server, null);
    const refused = vi.fn();
    live.refused.listen(refused);
    await vi.waitFor(() => {
      expect(live.rooms).toBeDefined();
    });
    server.send(new ApiError({ type: '', code: 'token-expired', status: 401, title: '', detail: '' }));
    await vi.waitFor(() => {
      expect(refused).toHaveBeenCalledTimes(1);
    });
    expect(server.opened).toHaveLength(1);
  });
});
