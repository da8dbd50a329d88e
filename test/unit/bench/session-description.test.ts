import { expect, it } from 'vitest';
import { videoPayloadType, withoutCandidates, withSource } from '../../../bench/load/session-description.ts';

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join('');
const SESSION = ['v=0', 'a=msid-semantic:WMS *'];
const AUDIO = ['m=audio 9 UDP/TLS/RTP/SAVPF 97', 'a=mid:0', 'a=sendrecv'];
const VIDEO = ['m=video 9 UDP/TLS/RTP/SAVPF 96 98', 'a=mid:1', 'a=sendrecv'];
const ANSWER = lines(
  ...SESSION,
  ...AUDIO,
  'a=msid:a b',
  ...VIDEO,
  'a=ssrc-group:FID 1 2',
  'a=ssrc:1 cname:x',
  ...VIDEO,
);

it('sends on the first video m-line alone, and says from which source', () => {
  expect(withSource(ANSWER, { ssrc: 5, cname: 'bot' })).toBe(
    lines(
      ...SESSION,
      ...[AUDIO[0]!, AUDIO[1]!, 'a=recvonly'],
      ...[...VIDEO, 'a=ssrc:5 cname:bot'],
      ...[VIDEO[0]!, VIDEO[1]!, 'a=recvonly'],
    ),
  );
});

it('only receives without a source', () => {
  expect(withSource(ANSWER, null)).not.toMatch(/a=(sendrecv|ssrc)/);
});

it('takes the candidates out of a description', () => {
  const candidate = 'candidate:1 1 UDP 2122317823 127.0.0.1 4000 typ host';
  const sdp = lines(...VIDEO, `a=${candidate}`, 'a=end-of-candidates', 'a=mid:1');
  expect(withoutCandidates(sdp)).toEqual({ sdp: lines(...VIDEO, 'a=mid:1'), candidates: [candidate] });
});

it('reads the payload type of the video', () => {
  expect(videoPayloadType(ANSWER)).toBe(96);
  expect(() => videoPayloadType(lines(...AUDIO))).toThrow('no video');
});
