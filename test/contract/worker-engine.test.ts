import { join } from 'node:path';
import { silentLogger } from '../../src/common/logger.ts';
import { createWorkerEngine } from '../../src/server/media/worker-engine.ts';
import { pageAnswer, pageMade, pageOffer } from '../unit/worker/fixtures.ts';
import { describeMediaEngine } from './media-engine.ts';

describeMediaEngine('the engine of worker processes', {
  create: () =>
    createWorkerEngine({
      workerEntry: join(import.meta.dirname, '../../dist/worker/main.js'),
      workers: 2,
      iceAddresses: ['127.0.0.1'],
      maxBitrateBps: 1_000_000,
      logger: silentLogger,
    }),
  answer: ({ sdp }) => pageAnswer(sdp),
  pageOffer: (ours) => pageOffer(ours, [pageMade('video', '0', ['a=msid:screen picture', 'a=ssrc:8 cname:page'])]),
  killWorker: (_engine, pid) => process.kill(pid, 'SIGKILL'),
});
