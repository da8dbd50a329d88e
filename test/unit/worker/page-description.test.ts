import { describe, expect, it } from 'vitest';
import { type MediaLine, mediaIds, splitDescription, toPage } from '../../../src/worker/page-description.ts';
import { shown, webrtcbinOffer } from './fixtures.ts';

const LINES: MediaLine[] = [
  shown('sendrecv', 'main', 'sound', 1000),
  { ...shown('sendrecv', 'main', 'picture', 1001), maxBitrateBps: 1_500_000 },
  shown('sendonly', 'other', 'picture2', 1002),
  { direction: 'inactive', ssrc: 1003, cname: 'user1@host' },
];
const RECEIVING = 'a=rtcp-fb:96 transport-cc\r\na=extmap:3 urn:x\r\na=rtpmap:98 rtx/90000\r\na=fmtp:98 apt=96\r\n';
const offer = webrtcbinOffer()
  .replace('SAVPF 96\r\n', 'SAVPF 96 98\r\n')
  .replace('96 VP8/90000\r\n', `96 VP8/90000\r\na=rtcp-fb:96 nack\r\n${RECEIVING}`);
const linesOf = (sdp: string, index: number) => splitDescription(sdp).media[index] ?? [];

describe('what the page sees', () => {
  const page = toPage(offer, LINES, 7);

  it('has the given direction and msid in each m-line, and no msid where nothing is shown', () => {
    expect(linesOf(page, 1)).toEqual(expect.arrayContaining(['a=sendrecv', 'a=msid:main picture']));
    expect(linesOf(page, 2)).toEqual(expect.arrayContaining(['a=sendonly', 'a=msid:other picture2']));
    expect(linesOf(page, 3)).toContain('a=inactive');
    expect(linesOf(page, 3).some((line) => line.startsWith('a=msid:'))).toBe(false);
  });

  it('tells the source of each m-line, also of one that shows nothing', () => {
    const sources = (index: number) => linesOf(page, index).filter((line) => line.startsWith('a=ssrc:'));
    expect([0, 1, 2, 3].map(sources)).toEqual([
      ['a=ssrc:1000 cname:user1@host'],
      ['a=ssrc:1001 cname:user1@host'],
      ['a=ssrc:1002 cname:user1@host'],
      ['a=ssrc:1003 cname:user1@host'],
    ]);
  });

  it('makes the further m-lines of the first picture’s, without what is about receiving', () => {
    expect(linesOf(page, 1)[0]).toBe('m=video 9 UDP/TLS/RTP/SAVPF 96 98');
    expect(linesOf(page, 2)[0]).toBe('m=video 9 UDP/TLS/RTP/SAVPF 96');
    expect(linesOf(page, 2)).toEqual(
      expect.arrayContaining(['a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack', 'a=rtcp-mux']),
    );
    expect(linesOf(page, 2).join('\n')).not.toMatch(/transport-cc|extmap|rtx|:98 /);
    expect(splitDescription(page).session).toContain('a=group:BUNDLE audio0 video1 video2 video3');
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
