import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOfAnswer, toWebrtcbin } from '../../../src/worker/page-answer.ts';
import { splitDescription, toPage } from '../../../src/worker/page-description.ts';
import { pageAnswer, shown, webrtcbinOffer } from './fixtures.ts';

const BUNDLE = 'a=group:BUNDLE audio0 video1 video2 video3\r\n';
const REPAIR = 'a=rtpmap:98 rtx/90000\r\na=fmtp:98 apt=96\r\n';
const serverOffer = webrtcbinOffer()
  .replaceAll('SAVPF 96\r\n', 'SAVPF 96 98\r\n')
  .replaceAll('96 VP8/90000\r\n', `96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\na=extmap:3 urn:wanted\r\n${REPAIR}`);
const offer = toPage(
  serverOffer,
  [
    shown('sendrecv', 'main', 'sound', 1),
    shown('sendrecv', 'main', 'picture', 2),
    shown('sendonly', 'other', 'picture2', 3),
    shown('sendonly', 'third', 'picture3', 4),
  ],
  2,
);
const good = pageAnswer(offer);
const linesOf = (sdp: string, index: number) => splitDescription(sdp).media[index] ?? [];
const withLines = (sdp: string, ...lines: string[]) =>
  sdp.replace('a=mid:video1', ['a=mid:video1', ...lines].join('\r\n'));
const webrtcbinSees = (answer: string) => toWebrtcbin(answer, serverOffer);

describe('what webrtcbin sees of the answer', () => {
  it('has the m-lines that webrtcbin has offered, and no more', () => {
    const { session, media } = splitDescription(webrtcbinSees(good));
    expect(session).toContain('a=group:BUNDLE audio0 video1');
    expect(media.map(([head]) => head?.split(' ')[0])).toEqual(['m=audio', 'm=video']);
  });

  it.each(['sendrecv', 'sendonly', 'recvonly', 'inactive'])(
    'always sends, also when the page answers %s',
    (direction) => {
      const answer = good.replaceAll('a=sendrecv', `a=${direction}`);
      expect(problemOfAnswer(answer, offer)).toBeNull();
      const directions = splitDescription(webrtcbinSees(answer)).media.flatMap((lines) =>
        lines.filter((line) => /^a=(send|recv|inactive)/.test(line)),
      );
      expect(directions).toEqual(['a=sendonly', 'a=sendonly']);
    },
  );

  it('has the page’s transport and sources, and of all else what both have agreed on', () => {
    const answer = withLines(
      good.replaceAll(/ice-ufrag:.*/g, 'ice-ufrag:page').replaceAll('a=rtcp-fb:96 nack pli\r\n', ''),
      'a=ssrc-group:FID 7 8',
      'a=ssrc:7 cname:page',
      'a=ssrc:8 cname:page',
    );
    const section = linesOf(webrtcbinSees(answer), 1);
    expect(section[0]).toBe('m=video 9 UDP/TLS/RTP/SAVPF 96 98');
    expect(section).toEqual(
      expect.arrayContaining([
        'a=ice-ufrag:page',
        'a=setup:active',
        'a=extmap:3 urn:wanted',
        'a=rtpmap:98 rtx/90000',
        'a=fmtp:98 apt=96',
        'a=ssrc-group:FID 7 8',
        'a=ssrc:8 cname:page',
      ]),
    );
    expect(section).not.toContain('a=rtcp-fb:96 nack pli');
  });

  it('has no repairs when the page takes none', () => {
    const section = linesOf(webrtcbinSees(good.replaceAll(' 96 98', ' 96')), 1);
    expect(section[0]).toBe('m=video 9 UDP/TLS/RTP/SAVPF 96');
    expect(section.join('\n')).not.toMatch(/:98 /);
  });

  it('takes the codec’s name in any case', () => {
    const answer = good.replace('97 OPUS/48000/2', '97 opus/48000/2');
    expect(problemOfAnswer(answer, offer)).toBeNull();
    expect(linesOf(webrtcbinSees(answer), 0)).toContain('a=rtpmap:97 OPUS/48000/2');
  });

  it('has no candidates: theirs is another way, where names are not looked up', () => {
    expect(webrtcbinSees(withLines(good, 'a=candidate:1 1 udp 1 name.example 9 typ host'))).not.toContain('candidate');
  });

  it.each([
    'a=ssrc:0 cname:x',
    'a=ssrc:4294967296 cname:x',
    'a=ssrc:-1 cname:x',
    'a=ssrc:1',
    'a=ssrc:1 cname:日本',
    'a=ssrc:1 label:x',
    'a=ssrc-group:FID 1 2',
    'a=extmap:4 urn:unwanted',
    'a=extmap:99999999999 urn:wanted',
    'a=rtcp-fb:* nack',
    'a=fmtp:96 x=y',
    'a=rtpmap:99 H264/90000',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x',
    'a=simulcast:send 1;2',
    'b=AS:-1',
    'k=clear:x',
    'nonsense',
  ])('is spared %s', (line) => {
    const answer = withLines(good, line);
    expect(problemOfAnswer(answer, offer)).toBeNull();
    expect(webrtcbinSees(answer)).toBe(webrtcbinSees(good));
  });

  it('has few sources, none of them twice', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `a=ssrc:${1 + (i % 500)} cname:x`);
    const answer = withLines(good, ...many).replace('a=mid:audio0', 'a=mid:audio0\r\na=ssrc:1 cname:x');
    const sources = webrtcbinSees(answer).match(/a=ssrc:\d+/g);
    expect(sources).toEqual(['a=ssrc:1', 'a=ssrc:2', 'a=ssrc:3', 'a=ssrc:4', 'a=ssrc:5']);
  });
});

describe('problemOfAnswer', () => {
  it('finds nothing wrong with a good answer', () => {
    expect(problemOfAnswer(good, offer)).toBeNull();
  });

  it.each<[string, (sdp: string) => string]>([
    ['nothing', () => ''],
    ['prose', () => 'hello\nthere'],
    ['no m-lines', (sdp) => sdp.slice(0, sdp.indexOf('m=audio'))],
    ['one m-line more', (sdp) => sdp + sdp.slice(sdp.lastIndexOf('m=video'))],
    ['another kind', (sdp) => sdp.replace('m=audio', 'm=video')],
    [
      'the m-lines in another order',
      (sdp) => {
        const { session, media } = splitDescription(sdp);
        return [...session, ...media.toReversed().flat()].join('\r\n');
      },
    ],
    ['another mid', (sdp) => sdp.replace('a=mid:video1', 'a=mid:video9')],
    ['two mids', (sdp) => withLines(sdp, 'a=mid:video2')],
    ['a refused m-line', (sdp) => sdp.replace('m=video 9', 'm=video 0')],
    ['a port out of all range', (sdp) => sdp.replace('m=video 9', 'm=video 999999')],
    ['another transport', (sdp) => sdp.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
    ['a payload type out of all range', (sdp) => sdp.replace('SAVPF 96', 'SAVPF 96 99999')],
    ['no payload type', (sdp) => sdp.replace('SAVPF 96 98', 'SAVPF')],
    ['no direction', (sdp) => sdp.replace('a=recvonly\r\n', '')],
    ['two directions', (sdp) => sdp.replace('a=recvonly', 'a=recvonly\r\na=inactive')],
    ['the direction of an offer', (sdp) => sdp.replace('a=recvonly', 'a=sendonly')],
    ['another codec', (sdp) => sdp.replace('96 VP8/90000', '96 H264/90000')],
    ['a codec told twice, differently', (sdp) => withLines(sdp, 'a=rtpmap:96 H264/90000')],
    ['no codec', (sdp) => sdp.replace('a=rtpmap:97 OPUS/48000/2\r\n', '')],
    ['its codec as another payload type', (sdp) => sdp.replaceAll('96', '120')],
    ['repairs only', (sdp) => sdp.replaceAll('SAVPF 96 98', 'SAVPF 98')],
    ['no rtcp-mux', (sdp) => sdp.replace('a=rtcp-mux\r\n', '')],
    ['no bundle', (sdp) => sdp.replace(BUNDLE, '')],
    ['a bundle without one of the m-lines', (sdp) => sdp.replace(BUNDLE, BUNDLE.replace(' video1', ''))],
    ['two bundles', (sdp) => sdp.replace(BUNDLE, BUNDLE + BUNDLE)],
    ['no ICE password', (sdp) => sdp.replaceAll(/a=ice-pwd:.*\r\n/g, '')],
    ['a short ICE password', (sdp) => sdp.replaceAll(/a=ice-pwd:.*\r\n/g, 'a=ice-pwd:abc\r\n')],
    ['an m-line with an ICE user of its own', (sdp) => sdp.replace(/a=ice-ufrag:.*/, 'a=ice-ufrag:other')],
    ['no fingerprint', (sdp) => sdp.replaceAll(/a=fingerprint:.*\r\n/g, '')],
    ['an MD5 fingerprint', (sdp) => sdp.replaceAll('sha-256', 'md5')],
    ['an m-line with a fingerprint of its own', (sdp) => sdp.replace('sha-256 A1', 'sha-256 B2')],
    ['two fingerprints', (sdp) => withLines(sdp, 'a=fingerprint:sha-1 AA')],
    ['the role actpass', (sdp) => sdp.replaceAll('a=setup:active', 'a=setup:actpass')],
    ['two roles', (sdp) => sdp.replaceAll('a=setup:active', 'a=setup:active\r\na=setup:passive')],
    ['NUL in a value', (sdp) => sdp.replace('a=mid:audio0', 'a=mid:audio0\0')],
  ])('refuses an answer with %s', (_, spoil) => {
    expect(spoil(good)).not.toBe(good);
    expect(problemOfAnswer(spoil(good), offer)).toEqual(expect.any(String));
  });

  it('lets nothing of a page’s text through but a few values, whatever the page writes', () => {
    const known = new Set(splitDescription(webrtcbinSees(good)).media.flat());
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc
        .tuple(fc.constantFrom('a=ssrc:', 'a=extmap:', 'a=fmtp:', 'a=', 'b=', 'c='), fc.string())
        .map((s) => s.join('')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const answer = withLines(good, ...lines);
        fc.pre(problemOfAnswer(answer, offer) === null);
        const { media } = splitDescription(webrtcbinSees(answer));
        const foreign = media.flat().filter((text) => !known.has(text));
        for (const text of foreign) expect(text).toMatch(/^a=ssrc(-group)?:[\x21-\x7e ]+$/);
      }),
    );
  });
});
