import { beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { WebstreamerError } from '../../../src/protocol/errors.ts';
import type { Layout } from '../../../src/protocol/http-api/room.ts';
import { SLATE } from '../../../src/protocol/media-ipc/view.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';
import { Room } from '../../../src/server/room/room.ts';
import { FakeMember } from './fake-member.ts';
import { roomSettings } from './settings.ts';

const camera = (endpoint: string) => ({ source: 'endpoint' as const, endpoint });

let engine: FakeMediaEngine;

beforeEach(() => {
  engine = new FakeMediaEngine();
});

const openRoom = (layout: Layout = 'gallery') =>
  Room.open({ name: 'lobby', settings: roomSettings({ layout }), engine, logger: silentLogger, firstRetryMs: 1 });

async function roomOf(layout: Layout, ...ids: string[]): Promise<{ room: Room; members: FakeMember[] }> {
  const room = await openRoom(layout);
  const members = ids.map((id) => new FakeMember(id));
  for (const member of members) {
    member.publish(true);
    room.add(member);
  }
  return { room, members };
}

describe('who sees whom', () => {
  it('is told to all when a member comes and when one goes', async () => {
    const { room, members } = await roomOf('gallery', '1', '2');
    const [first] = members;
    expect(first!.view).toEqual({ video: [camera('2')], audio: [camera('2')] });
    room.remove('2');
    expect(first!.view).toEqual({ video: [SLATE], audio: [SLATE] });
  });

  it('keeps the order in which users came, not that of the connections', async () => {
    const room = await openRoom();
    const [first, second, third] = ['1', '2', '3'].map((id) => new FakeMember(id));
    for (const member of [first!, second!, third!]) room.add(member);
    for (const member of [third!, first!, second!]) {
      member.publish(true);
      room.reconcile();
    }
    expect(second!.view!.video).toEqual([camera('3'), camera('1')]);
    third!.publish(false);
    room.reconcile();
    third!.publish(true);
    room.reconcile();
    expect(second!.view!.video).toEqual([camera('1'), camera('3')]);
  });

  it('is the same when it is told twice', async () => {
    const { room, members } = await roomOf('gallery', '1', '2', '3');
    const before = members.map(({ view }) => view);
    room.reconcile();
    room.reconcile();
    expect(members.map(({ view }) => view)).toEqual(before);
  });

  it('follows the layout', async () => {
    const { room, members } = await roomOf('gallery', '1', '2', '3');
    room.setSpeaker('2');
    expect(members[0]!.view!.video).toEqual([camera('2'), camera('3')]);
    room.change({ layout: 'speaker' });
    expect(members[0]!.view!.video).toEqual([camera('2')]);
    expect(room.settings.layout).toBe('speaker');
  });

  it('follows the sound, and each of the two is left as it is when the other changes', async () => {
    const { room, members } = await roomOf('gallery', '1', '2', '3');
    room.setSpeaker('2');
    room.change({ sound: 'speaker' });
    expect(members[0]!.view).toEqual({ video: [camera('2'), camera('3')], audio: [camera('2')] });
    expect(members[1]!.view!.audio).toEqual([]);
    room.change({ layout: 'speaker' });
    expect(room.settings).toMatchObject({ layout: 'speaker', sound: 'speaker' });
    room.change({ sound: 'mix' });
    expect(members[1]!.view!.audio).toEqual([camera('1'), camera('3')]);
  });
});

describe('the floor', () => {
  it('shows the speaker the one who had it before', async () => {
    const { room, members } = await roomOf('speaker', '1', '2', '3');
    room.setSpeaker('1');
    expect(members[0]!.view!.video).toEqual([SLATE]);
    room.setSpeaker('2');
    expect(members[1]!.view).toEqual({ video: [camera('1')], audio: [camera('1'), camera('3')] });
    expect(members[2]!.view).toEqual({ video: [camera('2')], audio: [camera('1'), camera('2')] });
  });

  it('stays with a member whose user leaves, and is theirs when they come back', async () => {
    const { room, members } = await roomOf('speaker', '1', '2');
    room.setSpeaker('1');
    members[0]!.publish(false);
    room.reconcile();
    expect(members[1]!.view!.video).toEqual([SLATE]);
    expect(room.speaker).toBe('1');
    members[0]!.publish(true);
    room.reconcile();
    expect(members[1]!.view!.video).toEqual([camera('1')]);
  });

  it('is given twice to the same member without forgetting the one before', async () => {
    const { room, members } = await roomOf('speaker', '1', '2');
    room.setSpeaker('1');
    room.setSpeaker('2');
    room.setSpeaker('2');
    expect(members[1]!.view!.video).toEqual([camera('1')]);
  });

  it('can be taken, and given back to the same member', async () => {
    const { room, members } = await roomOf('speaker', '1', '2');
    room.setSpeaker('1');
    room.setSpeaker(null);
    expect(members[1]!.view).toEqual({ video: [SLATE], audio: [camera('1')] });
    room.setSpeaker('1');
    expect(members[0]!.view).toEqual({ video: [SLATE], audio: [camera('2')] });
  });

  it('is free when its member is removed, and a removed member is nobody the speaker saw before', async () => {
    const { room, members } = await roomOf('speaker', '1', '2', '3');
    room.setSpeaker('1');
    room.setSpeaker('2');
    room.remove('1');
    expect(members[1]!.view!.video).toEqual([SLATE]);
    room.remove('2');
    expect(room.speaker).toBeNull();
    expect(members[2]!.view!.video).toEqual([SLATE]);
  });

  it('is refused to a stranger', async () => {
    const { room } = await roomOf('speaker', '1');
    expect(() => {
      room.setSpeaker('9');
    }).toThrow(expect.objectContaining({ code: 'connection-not-found' }));
  });
});

describe('the media of a room', () => {
  it('cannot be had when the engine has none', async () => {
    engine.available = false;
    await expect(openRoom()).rejects.toMatchObject({ code: 'media-unavailable' });
  });

  it('are built anew when their worker dies, and the members are told', async () => {
    const { room, members } = await roomOf('gallery', '1', '2');
    engine.killWorker();
    await vi.waitFor(() => {
      expect(members.map((member) => member.timesMediaLost)).toEqual([1, 1]);
    });
    expect((await room.createEndpoint()).id).toBe(engine.endpoints[0]!.id);
  });

  it('have the codec of the room, also those that take the place of dead ones', async () => {
    const settings = roomSettings({ codec: 'h264' });
    const room = await Room.open({ name: 'lobby', settings, engine, logger: silentLogger, firstRetryMs: 1 });
    expect(engine.rooms.map(({ codec }) => codec)).toEqual(['h264']);
    engine.killWorker();
    await room.createEndpoint();
    expect(engine.rooms.map(({ codec }) => codec)).toEqual(['h264']);
    expect(room.settings.codec).toBe('h264');
  });

  it('are asked for until they can be had; who needs an endpoint waits', async () => {
    const { room, members } = await roomOf('gallery', '1');
    const asked = vi.spyOn(engine, 'createRoom');
    engine.available = false;
    engine.killWorker();
    const endpoint = room.createEndpoint();
    await vi.waitFor(() => {
      expect(asked.mock.calls.length).toBeGreaterThan(2);
    });
    expect(members[0]!.timesMediaLost).toBe(0);
    engine.available = true;
    expect((await endpoint).id).toBe(engine.endpoints[0]!.id);
    expect(members[0]!.timesMediaLost).toBe(1);
  });

  it('give an endpoint also to one whose request met the dying worker', async () => {
    const { room } = await roomOf('gallery');
    const endpoint = room.createEndpoint();
    engine.killWorker();
    expect((await endpoint).id).toBe(engine.endpoints[0]!.id);
  });
});

describe('the grid', () => {
  const tile = (id: string, rest: object = {}) => ({
    name: id,
    stream: camera(id),
    speaker: false,
    screen: false,
    ...rest,
  });
  const shown = () => engine.rooms[0]?.grid ?? null;

  it('is stated as soon as the layout wants it, and whenever something of it changes', async () => {
    const { room, members } = await roomOf('gallery', '1', '2');
    expect(shown()).toBeNull();
    room.change({ layout: 'grid' });
    await vi.waitFor(() => {
      expect(shown()).toEqual([tile('1'), tile('2')]);
    });
    expect(members[0]!.view!.video).toEqual([{ source: 'grid' }]);
    room.setSpeaker('2');
    await vi.waitFor(() => {
      expect(shown()).toEqual([tile('1'), tile('2', { speaker: true })]);
    });
    room.remove('1');
    await vi.waitFor(() => {
      expect(shown()).toEqual([tile('2', { speaker: true })]);
    });
  });

  it('is not stated again when nothing of it has changed, but once it could not be stated', async () => {
    const { room } = await roomOf('grid', '1');
    await vi.waitFor(() => {
      expect(shown()).toEqual([tile('1')]);
    });
    const stated = vi.spyOn(engine.rooms[0]!, 'setGrid');
    room.reconcile();
    expect(stated).not.toHaveBeenCalled();
    stated.mockRejectedValueOnce(new WebstreamerError('media-timeout'));
    room.setSpeaker('1');
    await vi.waitFor(() => {
      room.reconcile();
      expect(shown()).toEqual([tile('1', { speaker: true })]);
    });
    expect(stated.mock.calls.length).toBe(2);
  });

  it('is there again when another worker has taken the place of a dead one', async () => {
    const { members } = await roomOf('grid', '1');
    await vi.waitFor(() => {
      expect(shown()).toEqual([tile('1')]);
    });
    engine.killWorker();
    expect(shown()).toBeNull();
    await vi.waitFor(() => {
      expect(shown()).toEqual([tile('1')]);
    });
    expect(members[0]!.timesMediaLost).toBe(1);
  });
});

describe('a room that is closed', () => {
  it('closes its members for the same reason, then its media, once', async () => {
    const { room, members } = await roomOf('gallery', '1', '2');
    const closing = room.close('room-closed');
    expect(room.close('shutdown')).toBe(closing);
    await closing;
    expect(members.map(({ closedFor }) => closedFor)).toEqual([['room-closed'], ['room-closed']]);
    expect(engine.rooms).toEqual([]);
  });

  it('closes everything also when members fail, and says so', async () => {
    const { room, members } = await roomOf('gallery', '1', '2', '3');
    const problem = new Error('1 cannot close');
    members[0]!.closeError = problem;
    await expect(room.close('shutdown')).rejects.toBe(problem);
    expect(members[2]!.closedFor).toEqual(['shutdown']);
    expect(engine.rooms).toEqual([]);
  });

  it('collects the errors of several', async () => {
    const { room, members } = await roomOf('gallery', '1', '2');
    for (const member of members) member.closeError = new Error(`${member.id} cannot close`);
    await expect(room.close('shutdown')).rejects.toMatchObject({ errors: members.map(({ closeError }) => closeError) });
  });

  it('takes no more members, layouts and speakers, gives no endpoints, and ignores the rest', async () => {
    const { room, members } = await roomOf('gallery', '1');
    await room.close('room-closed');
    const told = members[0]!.views.length;
    for (const use of [
      () => {
        room.add(new FakeMember('2'));
      },
      () => {
        room.change({ layout: 'speaker' });
      },
      () => {
        room.setSpeaker(null);
      },
    ]) {
      expect(use).toThrow(expect.objectContaining({ code: 'room-not-found' }));
    }
    await expect(room.createEndpoint()).rejects.toMatchObject({ code: 'media-room-closed' });
    room.reconcile();
    room.remove('1');
    expect(members[0]!.views.length).toBe(told);
  });

  it('ends the wait for media that could not be had, and builds none any more', async () => {
    const { room } = await roomOf('gallery', '1');
    const asked = vi.spyOn(engine, 'createRoom');
    engine.available = false;
    engine.killWorker();
    const endpoint = room.createEndpoint();
    await vi.waitFor(() => {
      expect(asked).toHaveBeenCalled();
    });
    const closing = room.close('shutdown');
    await expect(endpoint).rejects.toMatchObject({ code: 'media-room-closed' });
    engine.available = true;
    await closing;
    expect(engine.rooms).toEqual([]);
  });

  it('closes also the media that arrive after its end', async () => {
    const { room } = await roomOf('gallery', '1');
    const late = await new FakeMediaEngine().createRoom('lobby');
    const closed = vi.spyOn(late, 'close');
    let arrive: () => void = () => undefined;
    vi.spyOn(engine, 'createRoom').mockReturnValueOnce(
      new Promise((resolve) => {
        arrive = () => {
          resolve(late);
        };
      }),
    );
    engine.killWorker();
    await room.close('shutdown');
    arrive();
    await vi.waitFor(() => {
      expect(closed).toHaveBeenCalled();
    });
  });
});
