import { pageAnswer, pageMade, pageOffer } from '../unit/worker/fixtures.ts';
import { describeMediaEngine } from './media-engine.ts';
import { startEngine } from './support/engine.ts';

describeMediaEngine('the engine of worker processes', {
  create: () => startEngine({ workers: 2 }),
  answer: ({ sdp }) => pageAnswer(sdp),
  pageOffer: (ours) => pageOffer(ours, [pageMade('video', '0', ['a=msid:screen picture', 'a=ssrc:8 cname:page'])]),
  killWorker: (_engine, pid) => process.kill(pid, 'SIGKILL'),
});
