import { describe, expect, it, type Mock, vi } from 'vitest';
import type { SentStream } from '../../../src/worker/page-streams.ts';
import { Uplinks } from '../../../src/worker/uplinks.ts';
import type { VideoStream } from '../../../src/worker/video-stream.ts';

const MAIN = 1;
const picture = () => {
  const state: unknown = { idleMs: 0, close: vi.fn(), requestKeyFrame: vi.fn() };
  return state as VideoStream & { idleMs: number; close: Mock; requestKeyFrame: Mock };
};
const sends = (line: number, streamId: string, ...ssrcs: number[]): SentStream => ({
  line,
  kind: line === 0 ? 'audio' : 'video',
  streamId,
  ssrcs,
  repair: null,
});

/** Uplinks of a page that says it sends `sent`, and a way to let pictures arrive. */
function scene(...sent: SentStream[]) {
  const forgotten: number[] = [];
  const uplinks = new Uplinks((input) => forgotten.push(input));
  uplinks.describe(sent);
  const arrive = (ssrc: number) => {
    const stream = picture();
    uplinks.addPicture(ssrc, stream);
    uplinks.started(stream);
    return stream;
  };
  return { uplinks, arrive, forgotten };
}

describe('the pictures of a page', () => {
  it('are its camera on the m-line of main, and a screen on any other', () => {
    const { uplinks, arrive } = scene(sends(MAIN, 'camera', 1), sends(2, 'screen', 2));
    const screen = arrive(2);
    expect(uplinks.published).toEqual({ audio: false, video: false, screen: true });
    const camera = arrive(1);
    expect(uplinks.uploads).toEqual({ camera, screen, sounds: [] });
  });

  it('are a camera on another m-line when there is none on that of main', () => {
    const { uplinks, arrive } = scene(sends(2, 'camera', 1), sends(3, 'screen', 2));
    const camera = arrive(1);
    expect(uplinks.uploads).toEqual({ camera, screen: null, sounds: [] });
    const screen = arrive(2);
    expect(uplinks.uploads).toEqual({ camera, screen, sounds: [] });
  });

  it('of which the page says nothing are the camera first, and then the screen', () => {
    const { uplinks, arrive } = scene();
    const camera = arrive(1);
    expect(uplinks.uploads).toEqual({ camera, screen: null, sounds: [] });
    const screen = arrive(2);
    expect(uplinks.uploads).toEqual({ camera, screen, sounds: [] });
  });

  it('are not published before their first frame', () => {
    const { uplinks } = scene(sends(MAIN, 'camera', 1));
    uplinks.addPicture(1, picture());
    expect(uplinks.published.video).toBe(false);
  });

  it('go when the page says that the stream is over, sound included, and nothing else goes', () => {
    const { uplinks, arrive } = scene(sends(0, 'camera', 9), sends(MAIN, 'camera', 1), sends(2, 'screen', 2));
    arrive(1);
    uplinks.addSound(9, 70);
    const screen = arrive(2);
    uplinks.end('nothing');
    expect(uplinks.published).toEqual({ audio: true, video: true, screen: true });
    uplinks.end('camera');
    expect(uplinks.uploads).toEqual({ camera: null, screen, sounds: [] });
    uplinks.end('screen');
    expect(uplinks.published).toEqual({ audio: false, video: false, screen: false });
  });

  it('stay away when the page describes itself anew while a stream is over', () => {
    const { uplinks, arrive } = scene(sends(MAIN, 'camera', 1), sends(2, 'screen', 2));
    arrive(2);
    uplinks.end('screen');
    uplinks.describe([sends(MAIN, 'camera', 1), sends(2, 'screen', 2), sends(3, 'another', 3)]);
    expect(uplinks.uploads.screen).toBeNull();
    const another = arrive(3);
    expect(uplinks.uploads.screen).toBe(another);
  });

  it('go when the page does not describe them any longer, and are back when it does', () => {
    const { uplinks, arrive } = scene(sends(MAIN, 'camera', 1));
    const camera = arrive(1);
    uplinks.describe([]);
    expect(uplinks.uploads.camera).toBeNull();
    uplinks.describe([sends(MAIN, 'camera', 1)]);
    expect(uplinks.uploads.camera).toBe(camera);
  });

  it('that came last are shown, and those before them again after their end', () => {
    const { uplinks, arrive } = scene(sends(MAIN, 'c', 1), sends(2, 'first', 2), sends(3, 'second', 3));
    arrive(1);
    const [first, second] = [arrive(2), arrive(3)];
    expect(uplinks.uploads.screen).toBe(second);
    uplinks.end('second');
    expect(uplinks.uploads.screen).toBe(first);
  });

  it('that stand still are asked for a key frame, go when none comes, and are back with the next frame', () => {
    const { uplinks, arrive } = scene(sends(MAIN, 'camera', 1));
    const camera = arrive(1);
    const after = (idleMs: number) => {
      camera.idleMs = idleMs;
      uplinks.watch();
      return [uplinks.published.video, camera.requestKeyFrame.mock.calls.length];
    };
    expect([after(2_000), after(4_000), after(9_000), after(100)]).toEqual([
      [true, 0],
      [true, 1],
      [false, 2],
      [true, 2],
    ]);
  });

  it('of a source that begins anew take the place of the old ones', () => {
    const { uplinks, arrive } = scene(sends(MAIN, 'camera', 1));
    const old = arrive(1);
    const camera = arrive(1);
    expect(uplinks.uploads.camera).toBe(camera);
    expect(old.close).toHaveBeenCalledOnce();
    expect(camera.close).not.toHaveBeenCalled();
  });
});

describe('the sounds of a page', () => {
  it('are all heard', () => {
    const { uplinks } = scene(sends(0, 'camera', 1), sends(0, 'screen', 2));
    uplinks.addSound(1, 70);
    uplinks.addSound(2, 71);
    expect(uplinks.uploads.sounds).toEqual([70, 71]);
  });

  it('leave the mixer when their source begins anew, and at the end', () => {
    const { uplinks, forgotten } = scene(sends(0, 'camera', 1));
    uplinks.addSound(1, 70);
    uplinks.addSound(1, 71);
    expect(forgotten).toEqual([70]);
    uplinks.close();
    expect(forgotten).toEqual([70, 71]);
    expect(uplinks.uploads.sounds).toEqual([]);
  });
});
