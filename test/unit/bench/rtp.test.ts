import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asksForKeyFrame, isRtcp, pictureLoss, readRtp, receiverReport, writeRtp } from '../../../bench/load/rtp.ts';

const packets = fc.record({
  marker: fc.boolean(),
  payloadType: fc.integer({ min: 96, max: 127 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: fc.integer({ min: 0, max: 0xffff_ffff }),
  ssrc: fc.integer({ min: 0, max: 0xffff_ffff }),
  payload: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
});

it('reads what it has written', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      expect(readRtp(writeRtp(packet))).toEqual(packet);
    }),
  );
});

it('reads the payload behind a header extension and before padding', () => {
  const bytes = Buffer.from(
    'b0e00001000000020000000300000009' + 'bede0001' + '10aa0000' + '0102' + '0003' + '03',
    'hex',
  );
  bytes[0] = 0xb1; // version 2, padding, extension, one contributing source
  expect(readRtp(bytes)?.payload).toEqual(Buffer.from([1, 2]));
});

it('takes nothing but RTP for RTP', () => {
  expect(readRtp(Buffer.from('hello, world'))).toBeNull();
  expect(readRtp(Buffer.alloc(5, 0x80))).toBeNull();
  expect(readRtp(pictureLoss(1, 2))).toBeNull();
  expect(readRtp(Buffer.from('b0600001000000020000000300000009ffff', 'hex'))).toBeNull();
});

it('finds the request for a key frame wherever it stands in a compound packet', () => {
  const report = receiverReport(1, 2, 3);
  expect(isRtcp(report)).toBe(true);
  expect(asksForKeyFrame(report)).toBe(false);
  expect(asksForKeyFrame(Buffer.concat([report, pictureLoss(1, 2)]))).toBe(true);
});

it('is not led astray by RTCP that is cut off', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(typeof asksForKeyFrame(Buffer.from(bytes))).toBe('boolean');
    }),
  );
});
