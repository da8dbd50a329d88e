import { expect, it } from 'vitest';
import { payloadTypeOf, withoutCandidates, withSources } from '../../../bench/load/session-description.ts';

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
  expect(withSources(ANSWER, { video: { ssrc: 5, cname: 'bot' } })).toBe(
    lines(
      ...SESSION,
      ...[AUDIO[0]!, AUDIO[1]!, 'a=recvonly'],
      ...[...VIDEO, 'a=ssrc:5 cname:bot'],
      ...[VIDEO[0]!, VIDEO[1]!, 'a=recvonly'],
    ),
  );
});

it('says where packets are sent again', () => {
  const [, , video] = withSources(ANSWER, { video: { ssrc: 5, cname: 'bot', repairSsrc: 6 } }).split(/(?=^m=)/m);
  expect(video).toBe(lines(...VIDEO, 'a=ssrc-group:FID 5 6', 'a=ssrc:5 cname:bot', 'a=ssrc:6 cname:bot'));
});

it('sends sound on the m-line of sound', () => {
  const [sound, video] = withSources(ANSWER, { audio: { ssrc: 6, cname: 'bot' } }).split(/(?=^m=video)/m);
  expect(sound).toContain(lines(...AUDIO, 'a=ssrc:6 cname:bot'));
  expect(video).not.toMatch(/a=(sendrecv|ssrc)/);
});

it('only receives without a source', () => {
  expect(withSources(ANSWER, {})).not.toMatch(/a=(sendrecv|ssrc)/);
});

it('takes the candidates out of a description', () => {
  const candidate = 'candidate:1 1 UDP 2122317823 127.0.0.1 4000 typ host';
  const sdp = lines(...VIDEO, `a=${candidate}`, 'a=end-of-candidates', 'a=mid:1');
  expect(withoutCandidates(sdp)).toEqual({ sdp: lines(...VIDEO, 'a=mid:1'), candidates: [candidate] });
});

it('reads the payload type of a kind', () => {
  expect([payloadTypeOf('video', ANSWER), payloadTypeOf('audio', ANSWER)]).toEqual([96, 97]);
  expect(() => payloadTypeOf('video', lines(...AUDIO))).toThrow('no video');
});
