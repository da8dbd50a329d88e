import { expect, it } from 'vitest';
import type { IceCandidate } from '../../../src/protocol/media-ipc/view.ts';
import { PageCandidates } from '../../../src/worker/page-candidates.ts';

const candidate = (text: string): IceCandidate => ({ candidate: text, sdpMid: '0', sdpMLineIndex: 0 });
const host = (port: number) => candidate(`candidate:1 1 udp 2122260223 127.0.0.1 ${port} typ host`);

/** Candidates of a page, and what has become of them. */
function scene() {
  const used: IceCandidate[] = [];
  return { candidates: new PageCandidates((one) => used.push(one)), used };
}

it('candidates are held back until there is an answer, and not afterwards', () => {
  const { candidates, used } = scene();
  candidates.add(host(1));
  expect(used).toEqual([]);
  candidates.release();
  candidates.add(host(2));
  candidates.release();
  expect(used).toEqual([host(1), host(2)]);
});

it.each([
  'candidate:1 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active',
  'candidate:1 1 udp 2122260223 0c7e7f8e-0a3c-4a34-a5a4-1f1f6f3c2f10.local 40000 typ host',
])('a candidate that cannot be reached is taken and not used: %s', (text) => {
  const { candidates, used } = scene();
  candidates.add(candidate(text));
  candidates.release();
  expect(used).toEqual([]);
});

it('nonsense is refused, and so is the hundred and first', () => {
  const { candidates } = scene();
  expect(() => {
    candidates.add(candidate('nonsense'));
  }).toThrow(expect.objectContaining({ code: 'bad-candidate' }));
  for (let port = 1; port <= 100; port++) candidates.add(host(port));
  expect(() => {
    candidates.add(host(101));
  }).toThrow(expect.objectContaining({ code: 'bad-candidate' }));
});
