import { describe, expect, it } from 'vitest';
import type { ApiEvent } from '../../../src/protocol/http-api/event.ts';
import { NEITHER } from '../../../src/protocol/media-kinds.ts';
import { FakeLink } from '../connection/fake-link.ts';
import { FakePage } from '../connection/fake-page.ts';
import { turns } from '../connection/stage.ts';
import { newRoom, roomSettings } from '../room/settings.ts';
import { code, start } from './start-control.ts';

const EMPTY = { rooms: 0, connections: 0, users: 0, queued: 0 };

describe('creating a room', () => {
  it('makes it with its connections, each with a link of its own', async () => {
    const clock = () => Date.parse('2026-01-01T00:00:00Z');
    const { control, engine, links, lobby } = start({ clock });
    const since = '2026-01-01T00:00:00.000Z';
    const room = {
      name: 'lobby',
      ...roomSettings(),
      speaker: null,
      connections: [
        {
          id: '1',
          name: '1',
          state: 'waiting',
          user: null,
          since,
          muted: NEITHER,
          selfMuted: NEITHER,
          speaking: false,
          role: 'participant',
          temporary: false,
          maxVideoBitrateBps: null,
        },
        {
          id: '2',
          name: '2',
          state: 'waiting',
          user: null,
          since,
          muted: NEITHER,
          selfMuted: NEITHER,
          speaking: false,
          role: 'participant',
          temporary: false,
          maxVideoBitrateBps: null,
        },
      ],
    };
    expect(await lobby('1', '2')).toEqual(room);
    expect([control.getRoom('lobby'), control.listRooms()]).toEqual([room, [room]]);
    expect([[...links.keys()], engine.rooms.length]).toEqual([['1', '2'], 1]);
  });

  it('is refused when its name is taken, also by one that is being made', async () => {
    const { control, lobby } = start();
    const first = lobby();
    await expect(lobby()).rejects.toThrow(code('room-exists'));
    await first;
    await expect(lobby()).rejects.toThrow(code('room-exists'));
    expect(control.listRooms().length).toBe(1);
  });

  it.each([
    ['an id that another room has', ['7', '1']],
    ['an id twice', ['7', '7']],
  ])('is all or nothing: %s', async (_, connections) => {
    const { control, links, lobby } = start();
    await lobby('1');
    await expect(control.createRoom(newRoom({ name: 'second', connections }))).rejects.toThrow(
      code('connection-exists'),
    );
    expect([control.listRooms().map(({ name }) => name), [...links.keys()]]).toEqual([['lobby'], ['1']]);
    await control.createRoom(newRoom({ name: 'second', connections: ['7'] }));
  });

  it('leaves nothing behind when there are no media', async () => {
    const { control, engine, lobby } = start();
    engine.available = false;
    await expect(lobby('1')).rejects.toThrow(code('media-unavailable'));
    expect(control.dump()).toEqual(EMPTY);
    engine.available = true;
    await lobby('1');
  });

  it('leaves nothing behind when a connection cannot be made', async () => {
    const made: FakeLink[] = [];
    const problem = new Error('no link today');
    const { control, engine, lobby } = start({
      createLink: (id) => {
        if (id === '2') throw problem;
        made.push(new FakeLink());
        return made[0]!;
      },
    });
    await expect(lobby('1', '2')).rejects.toBe(problem);
    expect([control.dump(), engine.rooms, made[0]!.closed]).toEqual([EMPTY, [], true]);
  });

  it('does not wait for ever for a bridge that cannot be reached', async () => {
    const { lobby } = start({ createLink: () => new FakeLink(), timeouts: { firstUpMs: 1 } });
    expect((await lobby('1')).connections.map(({ state }) => state)).toEqual(['waiting']);
  });
});

describe('a room that is there', () => {
  it('changes its layout and its sound, each by itself', async () => {
    const { control, lobby } = start();
    await lobby('1');
    expect(control.changeRoom('lobby', { layout: 'speaker' }).layout).toBe('speaker');
    expect(control.changeRoom('lobby', { sound: 'speaker' })).toMatchObject({ layout: 'speaker', sound: 'speaker' });
    expect(control.getRoom('lobby')).toMatchObject({ layout: 'speaker', sound: 'speaker' });
  });

  it('has a speaker until that is taken back', async () => {
    const { control, lobby } = start();
    await lobby('1', '2');
    expect(control.setSpeaker('lobby', '2').speaker).toBe('2');
    expect(control.clearSpeaker('lobby').speaker).toBeNull();
  });

  it('is deleted: its pages are cleared, its links closed, its name and ids free', async () => {
    const { control, engine, links, lobby } = start();
    await lobby('1', '2');
    const page = new FakePage(links.get('1')!, 'anna');
    await page.join();
    const [old] = links.values();
    await control.deleteRoom('lobby');
    expect(page.names.slice(-2)).toEqual(['stream-removed', 'userLeft']);
    expect([control.dump(), engine.rooms, old!.closed]).toEqual([EMPTY, [], true]);
    await lobby('1', '2');
  });

  it('keeps name and ids until it has ended', async () => {
    const { control, lobby } = start();
    await lobby('1');
    const deleted = control.deleteRoom('lobby');
    expect(control.listRooms()).toEqual([]);
    await expect(lobby()).rejects.toThrow(code('room-exists'));
    await expect(control.createRoom(newRoom({ name: 'other', connections: ['1'] }))).rejects.toThrow(
      code('connection-exists'),
    );
    await deleted;
    await lobby('1');
  });

  it('is gone also when not everything could be closed; the log says what', async () => {
    const { control, links, logger, lobby } = start();
    await lobby('1');
    const problem = new Error('the link cannot close');
    links.get('1')!.closeError = problem;
    await control.deleteRoom('lobby');
    expect(logger.of('error').map(({ fields }) => fields.err)).toEqual([problem]);
    await lobby('1');
  });
});

describe('connections', () => {
  it('come and go, and their ids are free again', async () => {
    const { control, links, lobby } = start();
    await lobby('1');
    expect((await control.addConnection('lobby', '2')).connections.map(({ id }) => id)).toEqual(['1', '2']);
    const second = links.get('2')!;
    await control.removeConnection('lobby', '2');
    expect([control.getRoom('lobby').connections.map(({ id }) => id), second.closed]).toEqual([['1'], true]);
    await control.addConnection('lobby', '2');
  });

  it('are refused under an id that any room has', async () => {
    const { control, lobby } = start();
    await lobby('1');
    await control.createRoom(newRoom({ name: 'other', connections: ['2'] }));
    await expect(control.addConnection('lobby', '1')).rejects.toThrow(code('connection-exists'));
    await expect(control.addConnection('lobby', '2')).rejects.toThrow(code('connection-exists'));
  });

  it('leave their id free when they cannot be made', async () => {
    let broken = true;
    const { control, lobby } = start({
      createLink: () => {
        if (broken) throw new Error('no link today');
        return new FakeLink();
      },
      timeouts: { firstUpMs: 1 },
    });
    await lobby();
    await expect(control.addConnection('lobby', '1')).rejects.toThrow('no link today');
    broken = false;
    await control.addConnection('lobby', '1');
  });

  it('give the floor back when they are removed', async () => {
    const { control, lobby } = start();
    await lobby('1', '2');
    control.setSpeaker('lobby', '1');
    await control.removeConnection('lobby', '1');
    expect(control.getRoom('lobby').speaker).toBeNull();
  });

  it('show each other their users', async () => {
    const { control, engine, links, lobby } = start();
    await lobby('1', '2');
    for (const id of ['1', '2']) {
      const page = new FakePage(links.get(id)!, `user of ${id}`, { id });
      page.answer(await page.join());
      await turns();
      const endpoint = engine.endpoints.at(-1)!;
      endpoint.connect();
      endpoint.publish({ audio: true, video: true });
    }
    await turns();
    expect(control.getRoom('lobby').connections.map(({ state, user }) => [state, user])).toEqual([
      ['connected', 'user of 1'],
      ['connected', 'user of 2'],
    ]);
    const [one, two] = engine.endpoints;
    expect(one!.view.video).toEqual([{ source: 'endpoint', endpoint: two!.id }]);
    expect(two!.view.video).toEqual([{ source: 'endpoint', endpoint: one!.id }]);
    expect(control.dump()).toEqual({ rooms: 1, connections: 2, users: 2, queued: 0 });
  });
});

describe('what is not there', () => {
  it('is a room that nobody knows, whatever is asked of it', async () => {
    const { control } = start();
    expect(() => control.getRoom('nowhere')).toThrow(code('room-not-found'));
    expect(() => control.changeRoom('nowhere', { layout: 'speaker' })).toThrow(code('room-not-found'));
    expect(() => control.setSpeaker('nowhere', '1')).toThrow(code('room-not-found'));
    expect(() => control.clearSpeaker('nowhere')).toThrow(code('room-not-found'));
    await expect(control.deleteRoom('nowhere')).rejects.toThrow(code('room-not-found'));
    await expect(control.addConnection('nowhere', '1')).rejects.toThrow(code('room-not-found'));
    await expect(control.removeConnection('nowhere', '1')).rejects.toThrow(code('room-not-found'));
  });

  it('is a connection of another room', async () => {
    const { control, lobby } = start();
    await lobby('1');
    await control.createRoom(newRoom({ name: 'other', layout: 'speaker', connections: ['2'] }));
    expect(() => control.setSpeaker('lobby', '2')).toThrow(code('connection-not-found'));
    await expect(control.removeConnection('lobby', '2')).rejects.toThrow(code('connection-not-found'));
  });
});

describe('the end', () => {
  it('comes once, and closes everything', async () => {
    const { control, engine, links, lobby } = start();
    await lobby('1', '2');
    await control.createRoom(newRoom({ name: 'other', layout: 'speaker', connections: ['3'] }));
    const closing = control.close('shutdown');
    expect(control.close('failed')).toBe(closing);
    await closing;
    expect([control.dump(), engine.rooms]).toEqual([EMPTY, []]);
    expect([...links.values()].map(({ closed }) => closed)).toEqual([true, true, true]);
  });

  it('waits for what is ending already', async () => {
    const { control, links, lobby } = start();
    await lobby('1');
    void control.deleteRoom('lobby');
    await control.close('shutdown');
    expect(links.get('1')!.closed).toBe(true);
  });

  it('collects what fails on the way', async () => {
    const { control, links, lobby } = start();
    await lobby('1', '2');
    for (const link of links.values()) link.closeError = new Error('the link cannot close');
    await expect(control.close('shutdown')).rejects.toBeInstanceOf(AggregateError);
    expect(control.dump()).toEqual(EMPTY);
  });

  it('is the end of all use cases', async () => {
    const { control, lobby } = start();
    await lobby('1');
    await control.close('shutdown');
    await expect(lobby()).rejects.toThrow(code('shutting-down'));
    await expect(control.deleteRoom('lobby')).rejects.toThrow(code('shutting-down'));
    await expect(control.addConnection('lobby', '2')).rejects.toThrow(code('shutting-down'));
    await expect(control.removeConnection('lobby', '1')).rejects.toThrow(code('shutting-down'));
    expect(() => control.changeRoom('lobby', { layout: 'speaker' })).toThrow(code('shutting-down'));
    expect(() => control.setSpeaker('lobby', '1')).toThrow(code('shutting-down'));
    expect(() => control.clearSpeaker('lobby')).toThrow(code('shutting-down'));
    expect(control.listRooms()).toEqual([]);
  });

  it('leaves nothing of a room that was being made', async () => {
    const { control, engine, lobby } = start();
    const made = lobby('1');
    await control.close('shutdown');
    await expect(made).rejects.toThrow(code('shutting-down'));
    expect(engine.rooms).toEqual([]);
  });
});

describe('what is told as it happens', () => {
  it('is every change of rooms, of connections, and of their people', async () => {
    const events: ApiEvent[] = [];
    const { control, links, engine, lobby } = start({ onEvent: (event) => events.push(event) });
    const told = () => events.splice(0).map((event) => event.type);
    await lobby('1');
    expect(told()).toEqual(['room-created']);
    control.changeRoom('lobby', { layout: 'speaker' });
    control.setSpeaker('lobby', '1');
    await control.addConnection('lobby', '2');
    control.changeConnection('lobby', '2', { name: 'Ben' });
    expect(told()).toEqual(['room-changed', 'room-changed', 'connection-added', 'connection-changed']);

    const page = new FakePage(links.get('1')!, 'anna');
    page.answer(await page.join());
    await turns();
    engine.endpoints[0]!.connect();
    engine.endpoints[0]!.publish({ audio: true, video: true });
    await turns();
    const states = events.splice(0).map((event) => event.type === 'connection-changed' && event.connection.state);
    expect(states).toEqual(['joining', 'negotiating', 'connected']);
    const loud = new Map([[engine.endpoints[0]!.id, -20]]);
    engine.rooms[0]!.events.emit('levels', loud);
    engine.rooms[0]!.events.emit('levels', loud);
    expect(events.splice(0)).toEqual([
      { type: 'levels', room: 'lobby', levels: { 1: -20 } },
      { type: 'speaking', room: 'lobby', connection: '1', speaking: true },
    ]);
    expect(control.getRoom('lobby').connections.map(({ speaking }) => speaking)).toEqual([true, false]);

    await control.removeUser('lobby', '1', 'Good bye');
    expect(events.splice(0)).toMatchObject([
      { type: 'connection-changed', reason: 'removed', connection: { user: null } },
    ]);
    expect(page.received.at(-1)).toEqual({ userLeft: true, reason: 'removed', text: 'Good bye' });
    await control.removeConnection('lobby', '1');
    await control.deleteRoom('lobby');
    expect(told()).toEqual(['room-changed', 'connection-removed', 'room-deleted']);
  });

  it('is nothing of what has been refused', async () => {
    const events: ApiEvent[] = [];
    const { control, lobby } = start({ onEvent: (event) => events.push(event) });
    await lobby('1');
    events.splice(0);
    await expect(lobby('2')).rejects.toThrow(code('room-exists'));
    expect(() => control.changeConnection('lobby', '9', { name: 'x' })).toThrow(code('connection-not-found'));
    await expect(control.removeUser('lobby', '1')).rejects.toThrow(code('user-not-found'));
    await expect(control.removeUser('lobby', '9')).rejects.toThrow(code('connection-not-found'));
    expect(events).toEqual([]);
  });
});
