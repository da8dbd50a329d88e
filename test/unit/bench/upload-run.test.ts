import { describe, expect, it } from 'vitest';
import { type PageSight, uploadRatio, uploadRow, uploadRun } from '../../../bench/measure/upload-run.ts';

const COLOURS = ['red', 'green', 'blue'];

/** Pages that send their picture to each of the others, at `atMs` of a call. */
const pages = (atMs: number, frozen?: string): PageSight[] =>
  COLOURS.map((name) => {
    const others = COLOURS.filter((other) => other !== name);
    const box = (colour: string) => ({
      id: `box of ${colour}`,
      colour,
      plain: true,
      frames: colour === frozen ? 10 : (atMs * 15) / 1000,
      width: 320,
      height: 180,
    });
    const stream = (kind: 'audio' | 'video', id: string) => ({
      id,
      direction: 'outbound' as const,
      kind,
      bytes: (atMs / 1000) * (kind === 'video' ? 20_000 : 5_000),
      frames: atMs,
      targetBps: 150_000,
      freezes: 0,
      freezeSeconds: 0,
      jitterBufferSeconds: 0,
      jitterBufferFrames: 0,
      concealed: 0,
      samples: 0,
    });
    const streams = others.flatMap((other) => [stream('video', `video ${other}`), stream('audio', `audio ${other}`)]);
    return { name, atMs, streams, boxes: others.map(box), cpuUs: atMs * 300 };
  });

describe('the upload of a call', () => {
  it('is what the pages send over all their peer connections', () => {
    const run = uploadRun(pages(1000), pages(3000));
    expect(run).toEqual({
      uploadBps: 400_000,
      videosSent: 2,
      cpuPercent: 30,
      leastFrameRate: 15,
      pictures: 6,
    });
    expect(uploadRow([run, { ...run, uploadBps: 500_000 }])).toMatchObject({ 'upload kbit/s': 400, most: 500, n: 2 });
  });

  it('is none when somebody saw no frames of another', () => {
    expect(() => uploadRun(pages(1000, 'blue'), pages(3000, 'blue'))).toThrow('red has seen 0 frames of blue');
    const unseen = pages(3000).map((page) => ({ ...page, boxes: page.boxes.filter(({ colour }) => colour !== 'red') }));
    expect(() => uploadRun(pages(1000), unseen)).toThrow('green has seen no frames of red');
    expect(() => uploadRun([], pages(3000))).toThrow('red was not seen before');
  });

  it('is compared between calls that stood next to each other', () => {
    const run = uploadRun(pages(1000), pages(3000));
    const half = { ...run, uploadBps: run.uploadBps / 2 };
    expect(uploadRatio([half, run, half], [run, half, run], 'uploadBps')).toBe(0.5);
  });
});
