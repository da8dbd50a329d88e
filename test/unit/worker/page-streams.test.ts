import { expect, it } from 'vitest';
import { sentStreams } from '../../../src/worker/page-streams.ts';
import { pageAnswer, pageMade, pageOffer, webrtcbinOffer } from './fixtures.ts';

const sources = (msid: string, ...ssrcs: number[]) =>
  [`a=msid:${msid} track`, ...ssrcs.map((ssrc) => `a=ssrc:${ssrc} cname:page`)].join('\r\n');
const answer = pageAnswer(webrtcbinOffer())
  .replace('a=mid:audio0', `${sources('camera', 1)}\r\na=mid:audio0`)
  .replace('a=mid:video1', `${sources('camera', 2, 3)}\r\na=mid:video1`);

it('a page sends the streams that its description names, with all their sources', () => {
  expect(sentStreams(answer)).toEqual([
    { line: 0, kind: 'audio', streamId: 'camera', ssrcs: [1], repair: null },
    { line: 1, kind: 'video', streamId: 'camera', ssrcs: [2, 3], repair: null },
  ]);
});

it('packets of a picture are sent again where the page says so, of sources that are its own', () => {
  const repairOf = (...groups: string[]) =>
    sentStreams(answer.replace('a=ssrc:2', `${groups.map((group) => `a=ssrc-group:${group}\r\n`).join('')}a=ssrc:2`))[1]
      ?.repair;
  expect(repairOf('FID 2 3')).toEqual({ ssrc: 3, of: 2 });
  expect(repairOf('FID 2 3', 'FID 3 2')).toEqual({ ssrc: 3, of: 2 });
  expect(repairOf('FID 2 1')).toBeNull();
  expect(repairOf('SIM 2 3')).toBeNull();
});

it('a stream without a stream id has none', () => {
  expect(sentStreams(answer.replaceAll('msid:camera', 'msid:-'))[0]).toMatchObject({ streamId: null });
  expect(sentStreams(answer.replaceAll(/a=msid.*\r\n/g, ''))[0]).toMatchObject({ streamId: null });
});

it.each([
  ['an m-line on which it only receives', answer.replace('a=sendonly', 'a=recvonly')],
  ['an inactive m-line', answer.replace('a=sendonly', 'a=inactive')],
  ['an m-line without a source', answer.replace('a=ssrc:1 cname:page\r\n', '')],
  ['a refused m-line', answer.replace('m=audio 9', 'm=audio 0')],
])('nothing is sent on %s', (_, description) => {
  expect(description).not.toBe(answer);
  expect(sentStreams(description).map(({ line }) => line)).toEqual([1]);
});

it('no source is believed twice', () => {
  const streams = sentStreams(answer.replace('a=ssrc:2', 'a=ssrc:1'));
  expect(streams.map(({ ssrcs }) => ssrcs)).toEqual([[1], [3]]);
});

it('nothing is sent on a data channel’s m-line', () => {
  expect(sentStreams(pageOffer(answer, [pageMade('application', '2')])).map(({ line }) => line)).toEqual([]);
});
