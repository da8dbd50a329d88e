import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../../src/protocol/http-api/access.ts';
import type { ApiEvent } from '../../../src/protocol/http-api/event.ts';
import { ConnectionId } from '../../../src/protocol/ids.ts';
import type { ControlOptions } from '../../../src/server/control/control.ts';
import { FakeLink } from '../connection/fake-link.ts';
import { FakePage } from '../connection/fake-page.ts';
import { turns } from '../connection/stage.ts';
import { newRoom } from '../room/settings.ts';
import { code, start } from './start-control.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

/** A room, what is told of it, and people who join it. */
async function scene(settings: Parameters<typeof newRoom>[0] = {}, options: Partial<ControlOptions> = {}) {
  const events: ApiEvent[] = [];
  const listeners = new Set<(event: ApiEvent) => void>();
  const onEvent = (event: ApiEvent) => {
    events.push(event);
    for (const listener of listeners) listener(event);
  };
  const { control, engine, links } = start({ clock: () => NOW_MS, onEvent, ...options });
  await control.createRoom(newRoom(settings));
  const join = (role: Role = 'participant', name?: string) =>
    control.joinRoom('lobby', { role, keepSeconds: 60, ...(name !== undefined && { name }) });
  const connections = () => control.getRoom('lobby').connections;
  /** Resolves when something is told that `is` what one waits for. */
  const told = (is: (event: ApiEvent) => boolean) =>
    new Promise<ApiEvent>((resolve) => {
      const listener = (event: ApiEvent) => {
        if (!is(event)) return;
        listeners.delete(listener);
        resolve(event);
      };
      listeners.add(listener);
    });
  const removed = (id: string) => told((event) => event.type === 'connection-removed' && event.connection === id);
  /** A page takes a place, and its media are up. */
  const take = async (id: string, user: string) => {
    const page = new FakePage(links.get(id)!, user, { id });
    page.answer(await page.join());
    await turns();
    const endpoint = engine.endpoints.at(-1)!;
    endpoint.connect();
    endpoint.publish({ audio: true, video: true });
    await turns();
    return { page, endpoint };
  };
  return { control, engine, links, events, join, connections, removed, take };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a place', () => {
  it('is a connection that a page can join at once, under an id that nobody can guess', async () => {
    const { join, connections, links, events } = await scene();
    const place = await join('host', 'Anna');
    expect(place).toEqual({
      room: 'lobby',
      connection: place.connection,
      name: 'Anna',
      role: 'host',
      token: null,
      expiresAt: '2026-01-01T00:01:00.000Z',
    });
    expect(ConnectionId.parse(place.connection)).toMatch(/^[0-9a-f]{32}$/);
    expect(links.get(place.connection)!.isUp).toBe(true);
    expect(connections()).toMatchObject([
      { id: place.connection, name: 'Anna', role: 'host', temporary: true, state: 'waiting' },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'connection-added', connection: { id: place.connection } });
    expect((await join()).connection).not.toBe(place.connection);
  });

  it('has the token that is made for it', async () => {
    const tokens = {
      seatToken: ({ connection, role }: { connection: string; role: string }) =>
        Promise.resolve(`${role} ${connection}`),
    };
    const { join } = await scene({}, { tokens });
    const place = await join('viewer');
    expect(place.token).toBe(`viewer ${place.connection}`);
  });

  it('is called what was said when it was asked for, then what the page says; what the API says comes first', async () => {
    const { control, join, connections, take } = await scene();
    const [named, nameless] = [await join('participant', 'Anna'), await join()];
    const { page } = await take(named.connection, 'a');
    const other = await take(nameless.connection, 'b');
    for (const one of [page, other.page]) one.request(); // with no name of its own, so far
    expect(connections().map(({ name }) => name)).toEqual(['Anna', nameless.connection]);
    control.changeConnection('lobby', named.connection, { name: 'Chair' });
    expect(connections()[0]!.name).toBe('Chair');
    control.changeConnection('lobby', named.connection, { name: null });
    expect(connections()[0]!.name).toBe('Anna');
  });

  it('is gone when its user has left for good, and says so', async () => {
    const { control, join, connections, events, removed, take, links } = await scene({ connections: ['1'] });
    const { connection } = await join();
    const { page } = await take(connection, 'anna');
    const gone = removed(connection);
    page.leave();
    await gone;
    expect(connections().map(({ id }) => id)).toEqual(['1']);
    expect([links.get(connection)!.closed, control.dump().connections]).toEqual([true, 1]);
    expect(events.slice(-2)).toMatchObject([
      { type: 'connection-changed', connection: { state: 'waiting' }, reason: 'left' },
      { type: 'connection-removed', connection },
    ]);
  });

  it('is gone when its user is shown out, or their socket is gone', async () => {
    const { control, join, connections, removed, take, links } = await scene();
    const [first, second] = [await join(), await join()];
    await take(first.connection, 'anna');
    await take(second.connection, 'ben');
    const gone = [removed(first.connection), removed(second.connection)];
    await control.removeUser('lobby', first.connection);
    links.get(second.connection)!.events.emit('userDisconnected', 'ben');
    await Promise.all(gone);
    expect(connections()).toEqual([]);
  });

  it('stays while its user joins again', async () => {
    const { join, connections, take } = await scene();
    const { connection } = await join();
    const { page } = await take(connection, 'anna');
    await page.join();
    expect(connections()).toMatchObject([{ id: connection, user: 'anna' }]);
  });

  it('is gone when nobody comes in time, and not if somebody does', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { join, connections, removed, take } = await scene();
    const [taken, left] = [await join(), await join()];
    const gone = removed(left.connection);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(connections().length).toBe(2);
    await take(taken.connection, 'anna');
    await vi.advanceTimersByTimeAsync(1);
    await gone;
    expect(connections().map(({ id }) => id)).toEqual([taken.connection]);
  });

  it('is refused where nobody may come in, and where there is no room', async () => {
    const { control, join, connections } = await scene({ locked: true });
    await expect(join()).rejects.toThrow(code('room-locked'));
    await expect(control.joinRoom('nowhere', { role: 'host', keepSeconds: 60 })).rejects.toThrow(
      code('room-not-found'),
    );
    expect(connections()).toEqual([]);
    await control.close('shutdown');
    await expect(join()).rejects.toThrow(code('shutting-down'));
  });

  it('counts as one of the people whom the room takes', async () => {
    const { control, join, links, connections, removed, take } = await scene({ maxUsers: 2, connections: ['1', '2'] });
    const { connection } = await join();
    const anna = new FakePage(links.get('1')!, 'anna');
    await anna.join();
    await expect(join()).rejects.toThrow(code('room-full'));
    const ben = new FakePage(links.get('2')!, 'ben', { id: '2' });
    ben.request();
    await turns();
    expect(ben.received).toEqual([{ userLeft: true, reason: 'room-full' }]);
    const carl = await take(connection, 'carl'); // whose place it is
    expect(connections().map(({ user }) => user)).toEqual(['anna', null, 'carl']);
    const gone = removed(connection);
    carl.page.leave();
    await gone;
    await join();
    control.changeRoom('lobby', { maxUsers: 3 });
    await join();
  });

  it('is one of a hundred where the room does not say how many people it takes', async () => {
    const { control, join, connections } = await scene();
    await Promise.all(Array.from({ length: 100 }, () => join()));
    await expect(join()).rejects.toThrow(code('room-full'));
    await control.removeConnection('lobby', connections()[0]!.id);
    await join();
  });

  it('is none when the bridge cannot be reached', async () => {
    const { control, join, connections } = await scene(
      {},
      { createLink: () => new FakeLink(), timeouts: { firstUpMs: 1 } },
    );
    await expect(join()).rejects.toThrow(code('bridge-unreachable'));
    expect([connections(), control.dump().connections]).toEqual([[], 0]);
  });

  it('is none when the room ends meanwhile', async () => {
    const { control, join } = await scene({}, { createLink: () => new FakeLink(), timeouts: { firstUpMs: 1 } });
    const refused = expect(join()).rejects.toThrow(code('room-not-found'));
    await control.deleteRoom('lobby');
    await refused;
    expect(control.dump()).toMatchObject({ rooms: 0, connections: 0 });
  });

  it('is told of once when it ends with its room', async () => {
    const { control, join, take, events } = await scene();
    const { connection } = await join();
    await take(connection, 'anna');
    events.splice(0);
    await control.deleteRoom('lobby');
    await turns();
    expect(events.map(({ type }) => type)).toEqual(['room-deleted']);
  });
});

describe('a viewer', () => {
  it.each(['gallery', 'speaker', 'grid'] as const)(
    'is neither seen nor heard in a %s, whatever the page sends',
    async (layout) => {
      const { control, engine, join, take } = await scene({ layout, speakerPolicy: 'loudest' });
      const [viewer, other] = [await join('viewer'), await join('participant')];
      const watching = await take(viewer.connection, 'vera');
      const seen = await take(other.connection, 'ben');
      control.setSpeaker('lobby', other.connection);
      const ofViewer = { source: 'endpoint', endpoint: watching.endpoint.id };
      for (const streams of [seen.endpoint.view.video, seen.endpoint.view.audio, watching.endpoint.view.video])
        expect(streams).not.toContainEqual(ofViewer);
      const ofOther = { source: 'endpoint', endpoint: seen.endpoint.id };
      expect(watching.endpoint.view.audio).toContainEqual(ofOther);
      const levels = new Map([[watching.endpoint.id, -1]]);
      for (let i = 0; i < 20; i++) engine.rooms[0]!.events.emit('levels', levels);
      expect(control.getRoom('lobby')).toMatchObject({
        speaker: other.connection,
        connections: [{ role: 'viewer', speaking: false }, { role: 'participant' }],
      });
    },
  );

  it('cannot be given the floor', async () => {
    const { control, join } = await scene();
    const { connection } = await join('viewer');
    expect(() => control.setSpeaker('lobby', connection)).toThrow(code('is-viewer'));
    expect(control.getRoom('lobby').speaker).toBeNull();
  });
});
