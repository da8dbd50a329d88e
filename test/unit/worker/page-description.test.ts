import { describe, expect, it } from 'vitest';
import { type MediaLine, mediaIds, splitDescription, toPage } from '../../../src/worker/page-description.ts';
import { webrtcbinOffer } from './fixtures.ts';

const LINES: MediaLine[] = [
  { direction: 'sendrecv', streamId: 'main', trackId: 'sound' },
  { direction: 'sendrecv', streamId: 'main', trackId: 'picture', maxBitrateBps: 1_500_000 },
  { direction: 'sendonly', streamId: 'other', trackId: 'picture2' },
  { direction: 'inactive' },
];
const offer = webrtcbinOffer(2);
const linesOf = (sdp: string, index: number) => splitDescription(sdp).media[index] ?? [];

describe('what the page sees', () => {
  const page = toPage(offer, LINES, 7);

  it('has the given direction and msid in each m-line, and no msid where nothing is shown', () => {
    expect(linesOf(page, 1)).toEqual(expect.arrayContaining(['a=sendrecv', 'a=msid:main picture']));
    expect(linesOf(page, 2)).toEqual(expect.arrayContaining(['a=sendonly', 'a=msid:other picture2']));
    expect(linesOf(page, 3)).toContain('a=inactive');
    expect(linesOf(page, 3).some((line) => line.startsWith('a=msid:'))).toBe(false);
  });

  it('keeps the ssrc lines with their cname only', () => {
    expect(linesOf(page, 2).filter((line) => line.startsWith('a=ssrc:'))).toEqual(['a=ssrc:1002 cname:user1@host']);
  });

  it('limits the upload where the page sends, right after the c-line, and nowhere else', () => {
    expect(linesOf(page, 1).slice(1, 3)).toEqual(['c=IN IP4 0.0.0.0', 'b=TIAS:1500000']);
    expect(page.match(/b=TIAS/g)).toHaveLength(1);
  });

  it('carries the version in the o-line and ends each line with CRLF', () => {
    expect(page).toContain('o=- 42 7 IN IP4 0.0.0.0\r\n');
    expect(page.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('keeps the mids in their order', () => {
    expect(mediaIds(page)).toEqual(['audio0', 'video1', 'video2', 'video3']);
  });
});
