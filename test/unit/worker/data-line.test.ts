import { describe, expect, it } from 'vitest';
import { dataOf, problemOfAnswer, toWebrtcbin, transportOf } from '../../../src/worker/page-answer.ts';
import { splitDescription, toPage, withDataLine } from '../../../src/worker/page-description.ts';
import { answerTo, offeredLines, problemOfOffer } from '../../../src/worker/page-offer.ts';
import { pageAnswer, shown, webrtcbinOffer } from './fixtures.ts';

const DATA = `m=application 0 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=setup:actpass
a=ice-ufrag:ufvib20bdtVld/6WrPbM9E3iJJUEeeDQ
a=ice-pwd:h7MRKaxKIaMH/wptOq0eVsBgBO2HFweQ
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'A1').join(':')}
a=bundle-only
a=mid:application2
a=sctp-port:5000
a=max-message-size:262144`.split('\n');

const offer = withDataLine(webrtcbinOffer());
const lines = [
  shown('sendrecv', 'main', 'sound', 1),
  shown('sendrecv', 'main', 'picture', 2),
  shown('sendonly', 'box', 'more', 3),
];
const forPage = toPage(offer, lines, 7);
const answer = pageAnswer(forPage);
const headsOf = (sdp: string) => splitDescription(sdp).media.map(([head]) => head?.split(' ')[0]);
const sectionOf = (sdp: string) => splitDescription(sdp).media.find(([head]) => head?.startsWith('m=application'));

describe('the line of the data channels', () => {
  it('is behind webrtcbin’s own lines, bundled, and says how much the page may send at once', () => {
    expect(headsOf(forPage)).toEqual(['m=audio', 'm=video', 'm=application', 'm=video']);
    expect(forPage).toContain('a=group:BUNDLE audio0 video1 application2 video2\r\n');
    expect(sectionOf(forPage)).toEqual(DATA);
    expect(splitDescription(forPage).media[3]).toContain('a=msid:box more');
    expect(splitDescription(forPage).media[1]).toContain('a=msid:main picture');
  });

  it('is nothing that webrtcbin sees of an answer', () => {
    expect(problemOfAnswer(answer, forPage)).toBeNull();
    const forWebrtcbin = toWebrtcbin(answer, offer);
    expect(headsOf(forWebrtcbin)).toEqual(['m=audio', 'm=video']);
    expect(forWebrtcbin).toContain('a=group:BUNDLE audio0 video1\r\n');
  });

  it.each([
    ['a=max-message-size:262144', 262_144],
    ['a=max-message-size:0', 262_144],
    ['a=max-message-size:99999999999999999999', 262_144],
    ['a=max-message-size:1000', 1_000],
    ['a=evil:1', 65_536],
  ])('tells what the page takes: %s → %d bytes', (line, maxMessageBytes) => {
    const theirs = answer
      .replace('a=sctp-port:5000', 'a=sctp-port:6000')
      .replace('a=max-message-size:262144', line)
      .replaceAll('a=setup:active', 'a=setup:passive');
    expect(problemOfAnswer(theirs, forPage)).toBeNull();
    expect(dataOf(theirs)).toEqual({ port: 6000, maxMessageBytes, isDtlsClient: false });
    expect(dataOf(answer)).toMatchObject({ port: 5000, isDtlsClient: true });
  });

  it.each([
    [/^m=application 9/m, 'm=application 0', 'it is refused'],
    [/^m=application 9 UDP/m, 'm=application 9 TCP', 'it cannot be understood'],
    [/^m=application .*/m, 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'it cannot be understood'],
    [/a=mid:application2/, 'a=mid:data', 'its mid is another than the offer’s'],
    [/a=sctp-port:5000\r\n/, '', 'it has no SCTP port'],
    [/a=sctp-port:5000/, 'a=sctp-port:65536', 'it has no SCTP port'],
    [/a=sctp-port:5000/, 'a=sctp-port:0', 'it has no SCTP port'],
    [/a=max-message-size:.*/, 'a=max-message-size:-1', 'its largest message has no size'],
  ])('is looked at in an answer: %s → %s', (from, to, problem) => {
    expect(problemOfAnswer(answer.replace(from, to), forPage)).toBe(`m-line 2: ${problem}`);
  });

  it('is answered when a page offers it anew with its own channel, and no second one is taken', () => {
    const { session, media } = splitDescription(answer);
    const agreement = { ours: forPage, transport: transportOf(media[0] ?? [], session) };
    const again = answer.replaceAll('a=setup:active', 'a=setup:actpass');
    expect(problemOfOffer(again, agreement)).toBeNull();
    const mine = splitDescription(offer).media;
    expect(offeredLines(again, mine).map(({ kind }) => kind)).toEqual(['audio', 'video', 'video']);
    expect(sectionOf(answerTo(again, forPage, agreement.transport))?.slice(0, 3)).toEqual([
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'c=IN IP4 0.0.0.0',
      'a=setup:passive',
    ]);

    const second = sectionOf(again)?.map((line) => line.replace('application2', 'theirs')) ?? [];
    const two = `${again.replace('a=group:BUNDLE', 'a=group:BUNDLE theirs')}${second.join('\r\n')}\r\n`;
    expect(problemOfOffer(two, agreement)).toBeNull();
    expect(offeredLines(two, mine).at(-1)).toMatchObject({ kind: 'application', mid: 'theirs', refused: true });
  });
});
