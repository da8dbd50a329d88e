import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEITHER } from '../../../src/protocol/media-kinds.ts';
import { GRID, SLATE, type StreamRef, type View } from '../../../src/protocol/media-ipc/view.ts';
import { type Floor, route, type RoutedMember, stoppedFor } from '../../../src/server/room/routing.ts';

const refOf = (id: string): StreamRef => ({ source: 'endpoint', endpoint: `endpoint of ${id}` });
const on = (id: string, carries = { audio: true, video: true }): RoutedMember => ({
  id,
  stream: { ref: refOf(id), ...carries },
  muted: NEITHER,
});
const away = (id: string): RoutedMember => ({ id, stream: null, muted: NEITHER });
const gallery = (...members: RoutedMember[]): Floor => ({
  layout: 'gallery',
  sound: 'mix',
  members,
  speaker: null,
  previousSpeaker: null,
});
const speaking = (speaker: string | null, previousSpeaker: string | null, ...members: RoutedMember[]): Floor => ({
  layout: 'speaker',
  sound: 'mix',
  members,
  speaker,
  previousSpeaker,
});
const viewOf = (id: string, floor: Floor): View => route(floor).get(id)!;

describe('in the grid', () => {
  const grid = (...members: RoutedMember[]): Floor => ({ ...gallery(...members), layout: 'grid' });

  it('all see the one picture, and hear each other one', () => {
    const floor = grid(on('1'), on('2'), on('3'), away('4'));
    expect(viewOf('1', floor)).toEqual({ video: [GRID], audio: [refOf('2'), refOf('3')] });
    expect(viewOf('3', floor)).toEqual({ video: [GRID], audio: [refOf('1'), refOf('2')] });
    expect(viewOf('4', floor)).toEqual({ video: [GRID], audio: [refOf('1'), refOf('2'), refOf('3')] });
  });

  it('someone who is alone sees themselves, and hears no tone', () => {
    expect(viewOf('1', grid(on('1'), away('2')))).toEqual({ video: [GRID], audio: [] });
  });

  it('where nobody sends anything, there is the slate and its tone', () => {
    expect(viewOf('1', grid(away('1'), away('2')))).toEqual({ video: [SLATE], audio: [SLATE] });
  });

  it('all hear the speaker, if the room’s sound is the speaker’s', () => {
    const floor: Floor = { ...grid(on('1'), on('2')), sound: 'speaker', speaker: '2' };
    expect(viewOf('1', floor)).toEqual({ video: [GRID], audio: [refOf('2')] });
    expect(viewOf('2', floor)).toEqual({ video: [GRID], audio: [] });
  });
});

describe('in the gallery', () => {
  it('each sees and hears every other one, in the order given', () => {
    const floor = gallery(on('1'), on('2'), on('3'));
    expect(viewOf('1', floor)).toEqual({ video: [refOf('2'), refOf('3')], audio: [refOf('2'), refOf('3')] });
    expect(viewOf('2', floor)).toEqual({ video: [refOf('1'), refOf('3')], audio: [refOf('1'), refOf('3')] });
    expect(viewOf('3', floor)).toEqual({ video: [refOf('1'), refOf('2')], audio: [refOf('1'), refOf('2')] });
  });

  it('someone who is alone sees the slate and hears its tone', () => {
    expect(viewOf('1', gallery(on('1'), away('2')))).toEqual({ video: [SLATE], audio: [SLATE] });
  });

  it('a member whose user is away is shown what one who comes will see', () => {
    expect(viewOf('2', gallery(on('1'), away('2')))).toEqual({ video: [refOf('1')], audio: [refOf('1')] });
  });

  it('someone without a microphone is seen and not heard', () => {
    const floor = gallery(on('1'), on('2', { audio: false, video: true }));
    expect(viewOf('1', floor)).toEqual({ video: [refOf('2')], audio: [] });
  });

  it('someone who is muted by the operator is not heard, not seen, or neither', () => {
    const muted = (audio: boolean, video: boolean) =>
      viewOf('1', gallery(on('1'), { ...on('2'), muted: { audio, video } }, on('3')));
    expect(muted(true, false)).toEqual({ video: [refOf('2'), refOf('3')], audio: [refOf('3')] });
    expect(muted(false, true)).toEqual({ video: [refOf('3')], audio: [refOf('2'), refOf('3')] });
    expect(muted(true, true)).toEqual({ video: [refOf('3')], audio: [refOf('3')] });
  });

  it('someone whose picture is stopped is missed by those who would see it', () => {
    const stopped = { audio: false, video: true };
    const missing = (floor: Floor) => Object.fromEntries(stoppedFor(floor, route(floor)));
    const sharing: RoutedMember = {
      ...on('2'),
      stream: { ref: refOf('2'), audio: true, video: true, screen: true },
      muted: stopped,
    };
    expect(missing(gallery(on('1'), on('2')))).toEqual({});
    expect(missing(gallery(on('1'), sharing, on('3')))).toEqual({ '1': ['endpoint of 2'], '3': ['endpoint of 2'] });
    expect(missing(gallery(on('1'), { ...on('2', { audio: true, video: false }), muted: stopped }))).toEqual({});
    expect(missing(speaking('2', '3', on('1'), { ...on('2'), muted: stopped }, on('3')))).toEqual({
      '1': ['endpoint of 2'],
      '3': ['endpoint of 2'],
    });
    expect(missing(speaking('3', null, on('1'), { ...on('2'), muted: stopped }, on('3')))).toEqual({});
    expect(missing({ ...gallery(on('1'), { ...on('2'), muted: stopped }), layout: 'grid' })).toEqual({});
  });

  it('someone without a camera is heard over the slate, whose tone is off', () => {
    const floor = gallery(on('1'), on('2', { audio: true, video: false }));
    expect(viewOf('1', floor)).toEqual({ video: [SLATE], audio: [refOf('2')] });
  });
});

const sharing = (member: RoutedMember): RoutedMember => ({
  ...member,
  stream: { audio: false, video: false, ref: refOf(member.id), ...member.stream, screen: true },
});
const screenOf = (id: string): StreamRef => ({ source: 'endpoint', endpoint: `endpoint of ${id}`, kind: 'screen' });

describe('a screen in the gallery', () => {
  it('is a box of its own behind the camera for everybody but who shares it, and changes no sound', () => {
    const floor = gallery(on('1'), sharing(on('2')), on('3'));
    expect(viewOf('1', floor)).toEqual({
      video: [refOf('2'), screenOf('2'), refOf('3')],
      audio: [refOf('2'), refOf('3')],
    });
    expect(viewOf('2', floor)).toEqual({ video: [refOf('1'), refOf('3')], audio: [refOf('1'), refOf('3')] });
  });

  it('is seen without a camera beside it, and silences the slate', () => {
    const floor = gallery(on('1'), sharing(on('2', { audio: false, video: false })));
    expect(viewOf('1', floor)).toEqual({ video: [screenOf('2')], audio: [] });
  });
});

describe('a screen in the speaker layout', () => {
  it('takes the picture of whoever has the floor, for all but who shares it, and changes no sound', () => {
    const floor = speaking('1', '2', on('1'), on('2'), sharing(on('3')));
    expect(viewOf('1', floor)).toEqual({ video: [screenOf('3')], audio: [refOf('2'), refOf('3')] });
    expect(viewOf('2', floor)).toEqual({ video: [screenOf('3')], audio: [refOf('1'), refOf('3')] });
    expect(viewOf('3', floor)).toEqual({ video: [refOf('1')], audio: [refOf('1'), refOf('2')] });
  });

  it('of the speaker is seen by all others, and the speaker sees the previous one', () => {
    const floor = speaking('1', '2', sharing(on('1')), on('2'), on('3'));
    expect(viewOf('3', floor).video).toEqual([screenOf('1')]);
    expect(viewOf('1', floor).video).toEqual([refOf('2')]);
  });

  it('that began last is seen; who shares it sees the one before it', () => {
    const floor: Floor = { ...speaking('1', null, sharing(on('1')), sharing(on('2')), on('3')), sharing: ['2', '1'] };
    expect(['1', '2', '3'].map((id) => viewOf(id, floor).video)).toEqual([
      [screenOf('2')],
      [screenOf('1')],
      [screenOf('1')],
    ]);
  });

  it('is seen while nobody has the floor', () => {
    expect(viewOf('2', speaking(null, null, sharing(on('1')), on('2'))).video).toEqual([screenOf('1')]);
  });
});

describe('in the speaker layout', () => {
  it('all see the speaker, who sees the previous speaker, and hear everybody else', () => {
    const floor = speaking('1', '2', on('1'), on('2'), on('3'));
    expect(viewOf('1', floor)).toEqual({ video: [refOf('2')], audio: [refOf('2'), refOf('3')] });
    expect(viewOf('2', floor)).toEqual({ video: [refOf('1')], audio: [refOf('1'), refOf('3')] });
    expect(viewOf('3', floor)).toEqual({ video: [refOf('1')], audio: [refOf('1'), refOf('2')] });
  });

  it('with the sound of the speaker all hear the speaker, who hears nobody', () => {
    const floor: Floor = { ...speaking('1', '2', on('1'), on('2'), on('3')), sound: 'speaker' };
    expect(viewOf('1', floor)).toEqual({ video: [refOf('2')], audio: [] });
    expect(viewOf('2', floor)).toEqual({ video: [refOf('1')], audio: [refOf('1')] });
    expect(viewOf('3', floor)).toEqual({ video: [refOf('1')], audio: [refOf('1')] });
  });

  it('the speaker sees the slate without its tone when there was no speaker before, or that one is away', () => {
    expect(viewOf('1', speaking('1', null, on('1'), on('2')))).toEqual({ video: [SLATE], audio: [refOf('2')] });
    expect(viewOf('1', speaking('1', '2', on('1'), away('2')))).toEqual({ video: [SLATE], audio: [] });
  });

  it('all see the slate while nobody speaks, and while the speaker is away', () => {
    expect(viewOf('2', speaking(null, null, on('1'), on('2')))).toEqual({ video: [SLATE], audio: [refOf('1')] });
    expect(viewOf('2', speaking('1', null, away('1'), on('2')))).toEqual({ video: [SLATE], audio: [SLATE] });
  });
});

describe('whatever the floor', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const someId = fc.option(fc.constantFrom(...ids), { nil: null });
  const kinds = fc.record({ audio: fc.boolean(), video: fc.boolean() });
  const floors = fc.record<Floor>({
    layout: fc.constantFrom('gallery', 'speaker'),
    sound: fc.constantFrom('mix', 'speaker'),
    speaker: someId,
    previousSpeaker: someId,
    members: fc.shuffledSubarray(ids).chain((there) =>
      fc.tuple(
        ...there.map((id) =>
          fc
            .option(fc.record({ audio: fc.boolean(), video: fc.boolean(), screen: fc.boolean(), muted: kinds }), {
              nil: null,
            })
            .map((carries) => ({
              id,
              stream: carries && {
                ref: refOf(id),
                audio: carries.audio,
                video: carries.video,
                screen: carries.screen,
              },
              muted: carries?.muted ?? NEITHER,
            })),
        ),
      ),
    ),
  });
  const everyView = (check: (view: View, id: string, floor: Floor) => void) => {
    fc.assert(
      fc.property(floors, (floor) => {
        const views = route(floor);
        expect([...views.keys()].sort()).toEqual(floor.members.map(({ id }) => id).sort());
        for (const [id, view] of views) check(view, id, floor);
      }),
    );
  };

  it('nobody sees or hears themselves', () => {
    everyView(({ video, audio }, id) => {
      expect([...video, ...audio]).not.toContainEqual(refOf(id));
      expect(video).not.toContainEqual(screenOf(id));
    });
  });

  it('there is always a main picture, and no stream twice', () => {
    everyView(({ video, audio }) => {
      expect(video.length).toBeGreaterThan(0);
      for (const streams of [video, audio]) {
        expect(new Set(streams.map((stream) => JSON.stringify(stream))).size).toBe(streams.length);
      }
    });
  });

  it('only streams that carry the kind and are not muted are shown', () => {
    everyView(({ video, audio }, _id, { members }) => {
      const carrying = (kind: 'audio' | 'video') =>
        members.flatMap(({ id, stream, muted }) => (stream?.[kind] && !muted[kind] ? [refOf(id)] : []));
      const screens = members.flatMap(({ id, stream, muted }) =>
        stream?.screen && !muted.video ? [screenOf(id)] : [],
      );
      for (const ref of video) expect([SLATE, ...carrying('video'), ...screens]).toContainEqual(ref);
      for (const ref of audio) expect([SLATE, ...carrying('audio')]).toContainEqual(ref);
    });
  });

  it('the slate stands alone', () => {
    everyView(({ video, audio }) => {
      for (const streams of [video, audio]) {
        if (streams.some((stream) => stream.source === 'slate')) expect(streams).toEqual([SLATE]);
      }
    });
  });

  it('with the sound of the speaker nobody but the speaker is heard', () => {
    everyView(({ audio }, _id, { sound, speaker }) => {
      if (sound === 'mix') return;
      for (const ref of audio) expect([SLATE, speaker === null ? SLATE : refOf(speaker)]).toContainEqual(ref);
    });
  });

  it('with the sound of all each hears every other one who has a microphone', () => {
    everyView(({ audio }, viewer, { sound, members }) => {
      if (sound === 'speaker') return;
      const heard = members.flatMap(({ id, stream, muted }) =>
        id !== viewer && stream?.audio && !muted.audio ? [refOf(id)] : [],
      );
      expect(audio.filter(({ source }) => source !== 'slate')).toEqual(heard);
    });
  });
});
