import { expect, it, onTestFinished } from 'vitest';
import { BotPeer } from '../../../bench/load/bot-peer.ts';
import { Clip } from '../../../bench/load/clip.ts';
import { withoutCandidates } from '../../../bench/load/session-description.ts';

const clip = new Clip([Buffer.alloc(3000, 0x10), Buffer.alloc(2000, 0x11)]);

function makePeer(name: string, source: number | null): BotPeer {
  const peer = new BotPeer({ name, clip, source });
  onTestFinished(() => {
    peer.close();
  });
  return peer;
}

it('sends what another bot finds to be the clip', async () => {
  const [sender, receiver] = [makePeer('sender', 4), makePeer('receiver', null)];
  const { sdp, candidates } = withoutCandidates((await sender.offer()).sdp);
  await receiver.answer(sdp);
  sender.accept((await receiver.gathered()).sdp);
  for (const candidate of candidates) receiver.addCandidate(candidate, '0');
  await Promise.all([sender.connected, receiver.connected]);
  await receiver.sees([4], 5000);
  const [stream] = receiver.take().streams;
  expect(stream).toMatchObject({ source: 4, missingFrames: 0, foreignFrames: 0, lostPackets: 0 });
  expect(sender.take().sent!.frames).toBeGreaterThanOrEqual(stream!.frames);
});

it('says whom it does not see', async () => {
  await expect(makePeer('lonely', null).sees([1, 2], 50)).rejects.toThrow('lonely sees nothing of 1, 2');
});

it('refuses what is no description', async () => {
  await expect(makePeer('strict', null).answer('hello')).rejects.toThrow();
});
