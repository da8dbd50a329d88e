import { describe, expect, it } from 'vitest';
import {
  type MediaLine,
  mediaIds,
  problemOfAnswer,
  splitDescription,
  toPage,
  toWebrtcbin,
} from '../../../src/worker/page-description.ts';
import { pageAnswer, webrtcbinOffer } from './fixtures.ts';

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

describe('what webrtcbin sees of the answer', () => {
  it('receives every slot, also those that the page holds inactive', () => {
    const answer = toWebrtcbin(pageAnswer(toPage(offer, LINES, 2)), offer);
    expect(linesOf(answer, 3)).toContain('a=recvonly');
    expect(linesOf(answer, 2)).toContain('a=recvonly');
    expect(linesOf(answer, 1)).toContain('a=sendrecv');
  });

  it('leaves a page that does not send as it is', () => {
    const silent = pageAnswer(offer).replaceAll('a=sendrecv', 'a=inactive');
    expect(linesOf(toWebrtcbin(silent, offer), 1)).toContain('a=inactive');
  });
});

describe('problemOfAnswer', () => {
  const good = pageAnswer(offer);

  it('finds nothing wrong with a good answer', () => {
    expect(problemOfAnswer(good, offer)).toBeNull();
  });

  it.each<[string, (sdp: string) => string]>([
    ['nothing', () => ''],
    ['prose', () => 'hello\nthere'],
    ['no m-lines', (sdp) => sdp.slice(0, sdp.indexOf('m=audio'))],
    ['one m-line more', (sdp) => sdp + sdp.slice(sdp.lastIndexOf('m=video'))],
    ['another kind', (sdp) => sdp.replace('m=audio', 'm=video')],
    ['another mid', (sdp) => sdp.replace('a=mid:video1', 'a=mid:video9')],
    ['a refused m-line', (sdp) => sdp.replace('m=video 9', 'm=video 0')],
    ['no direction', (sdp) => sdp.replace('a=recvonly\r\n', '')],
    ['no ICE password', (sdp) => sdp.replaceAll(/a=ice-pwd:.*\r\n/g, '')],
    ['a short ICE password', (sdp) => sdp.replaceAll(/a=ice-pwd:.*\r\n/g, 'a=ice-pwd:abc\r\n')],
    ['no fingerprint', (sdp) => sdp.replaceAll(/a=fingerprint:.*\r\n/g, '')],
    ['an MD5 fingerprint', (sdp) => sdp.replaceAll('sha-256', 'md5')],
    ['the role actpass', (sdp) => sdp.replaceAll('a=setup:active', 'a=setup:actpass')],
  ])('refuses an answer with %s', (_, spoil) => {
    expect(problemOfAnswer(spoil(good), offer)).toEqual(expect.any(String));
  });
});
