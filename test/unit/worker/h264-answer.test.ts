import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameH264 } from '../../../src/worker/h264-parameters.ts';
import { problemOfAnswer, toWebrtcbin } from '../../../src/worker/page-answer.ts';
import { splitDescription, toPage } from '../../../src/worker/page-description.ts';
import { pageAnswer, shown, webrtcbinOffer } from './fixtures.ts';

const PARAMETERS = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';
const serverOffer = webrtcbinOffer()
  .replaceAll('SAVPF 96\r\n', 'SAVPF 96 98\r\n')
  .replaceAll(
    '96 VP8/90000\r\n',
    `96 H264/90000\r\na=fmtp:96 ${PARAMETERS}\r\na=rtpmap:98 rtx/90000\r\na=fmtp:98 apt=96\r\n`,
  );
const offer = toPage(
  serverOffer,
  [
    shown('sendrecv', 'main', 'sound', 1),
    shown('sendrecv', 'main', 'picture', 2),
    shown('sendonly', 'other', 'picture2', 3),
  ],
  2,
);
const good = pageAnswer(offer);
const answering = (parameters: string) => good.replaceAll(PARAMETERS, parameters);

describe('an offer of H.264', () => {
  it('has one codec, with its parameters, on each m-line of a picture', () => {
    const [, ...pictures] = splitDescription(offer).media;
    expect(pictures).toHaveLength(2);
    for (const section of pictures) {
      expect(section).toContain('a=rtpmap:96 H264/90000');
      expect(section).toContain(`a=fmtp:96 ${PARAMETERS}`);
    }
  });
});

describe('an answer to an offer of H.264', () => {
  it.each([
    ['the very same', PARAMETERS],
    ['another order and spaces', 'level-asymmetry-allowed=1; packetization-mode=1; profile-level-id=42e01f'],
    ['another level', 'packetization-mode=1;profile-level-id=42e02a'],
    ['constrained baseline in other words', 'packetization-mode=1;profile-level-id=42C01F'],
    ['constrained baseline as a kind of main', 'packetization-mode=1;profile-level-id=4d801f'],
    ['constrained baseline as a kind of extended', 'packetization-mode=1;profile-level-id=58c01f'],
    ['parameters that nobody knows', `${PARAMETERS};x-y=z;;=;sprop-parameter-sets=AAAA`],
  ])('is taken with %s', (_, parameters) => {
    expect(problemOfAnswer(answering(parameters), offer)).toBeNull();
  });

  it.each([
    ['no parameters', ''],
    ['no profile', 'packetization-mode=1'],
    ['a profile that is none', 'packetization-mode=1;profile-level-id=zzz'],
    ['the profile baseline', 'packetization-mode=1;profile-level-id=42001f'],
    ['the profile main', 'packetization-mode=1;profile-level-id=4d001f'],
    ['the profile high', 'packetization-mode=1;profile-level-id=64001f'],
    ['single NAL units only', 'packetization-mode=0;profile-level-id=42e01f'],
    ['single NAL units only, as nothing else is said', 'profile-level-id=42e01f'],
    ['interleaved packets', 'packetization-mode=2;profile-level-id=42e01f'],
  ])('is refused with %s, with a word about what was offered', (_, parameters) => {
    expect(problemOfAnswer(answering(parameters), offer)).toBe(
      `m-line 1: it does not take the offered codec, H264/90000 ${PARAMETERS}`,
    );
  });

  it.each<[string, (sdp: string) => string, RegExp]>([
    ['no line of parameters', (sdp) => sdp.replaceAll(`a=fmtp:96 ${PARAMETERS}\r\n`, ''), /offered codec, H264/],
    [
      'parameters told twice',
      (sdp) => sdp.replace(`a=fmtp:96 ${PARAMETERS}`, `$&\r\na=fmtp:96 profile-level-id=42001f`),
      /offered codec, H264/,
    ],
    ['VP8 in its place', (sdp) => sdp.replaceAll('96 H264/90000', '96 VP8/90000'), /offered codec, H264/],
    [
      'its picture refused',
      (sdp) => sdp.replace('m=video 9', 'm=video 0'),
      /m-line 1: it is refused, as by a page that cannot do H264\/90000/,
    ],
  ])('is refused with %s', (_, spoil, problem) => {
    expect(spoil(good)).not.toBe(good);
    expect(problemOfAnswer(spoil(good), offer)).toMatch(problem);
  });

  it('reaches webrtcbin with the parameters of the offer, whatever the page writes', () => {
    const answer = toWebrtcbin(
      answering('packetization-mode=1;profile-level-id=42c02a;sprop-parameter-sets=x'),
      serverOffer,
    );
    expect(answer).toContain(`a=fmtp:96 ${PARAMETERS}\r\n`);
    expect(answer).not.toContain('sprop');
  });
});

describe('isSameH264', () => {
  it('reads any text without an error, and finds nothing of the kind in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }), (values) => {
        expect(isSameH264(values, [`96 ${PARAMETERS}`])).toBe(false);
      }),
    );
  });

  it('takes the profile’s bytes as table 5 of RFC 6184 does', () => {
    const constrained = (idc: number, iop: number) =>
      (idc === 0x42 && (iop & 0x4f) === 0x40) ||
      (idc === 0x4d && (iop & 0x8f) === 0x80) ||
      (idc === 0x58 && (iop & 0xcf) === 0xc0);
    const hex = (byte: number) => byte.toString(16).padStart(2, '0');
    for (const idc of [0x42, 0x4d, 0x58, 0x64])
      for (let iop = 0; iop < 256; iop++) {
        const answered = `96 packetization-mode=1;profile-level-id=${hex(idc)}${hex(iop)}1f`;
        expect([idc, iop, isSameH264([answered], [`96 ${PARAMETERS}`])]).toEqual([idc, iop, constrained(idc, iop)]);
      }
  });
});
