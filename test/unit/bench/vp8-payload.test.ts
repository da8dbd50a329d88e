import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutFrame, isKeyFrame, PICTURE_IDS, readPiece } from '../../../bench/load/vp8-payload.ts';

const frames = fc.uint8Array({ minLength: 1, maxLength: 3000 }).map((bytes) => Buffer.from(bytes));

it('puts a frame together again from its pieces', () => {
  const pictureIds = fc.integer({ min: 0, max: PICTURE_IDS - 1 });
  fc.assert(
    fc.property(frames, pictureIds, fc.integer({ min: 5, max: 1200 }), (frame, pictureId, maxBytes) => {
      const payloads = cutFrame(frame, pictureId, maxBytes);
      const pieces = payloads.map(readPiece);
      expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThanOrEqual(maxBytes);
      expect(Buffer.concat(pieces.map((piece) => piece!.data))).toEqual(frame);
      expect(pieces.map((piece) => piece!.start)).toEqual(pieces.map((_, index) => index === 0));
      expect(new Set(pieces.map((piece) => piece!.pictureId))).toEqual(new Set([pictureId]));
    }),
  );
});

it.each([
  ['without extensions', '10' + 'aa', null],
  ['with a picture id of seven bits', '908055' + 'aa', 0x55],
  ['with TL0PICIDX and TID behind the picture id', '90e0812c' + '0120' + 'aa', 0x12c],
])('reads a descriptor %s', (_, hex, pictureId) => {
  expect(readPiece(Buffer.from(hex, 'hex'))).toEqual({ start: true, pictureId, data: Buffer.from([0xaa]) });
});

it('reads nothing out of a payload without a frame', () => {
  expect(readPiece(Buffer.alloc(0))).toBeNull();
  expect(readPiece(Buffer.from('90808001', 'hex'))).toBeNull();
});

it('knows a key frame by its first bit', () => {
  expect(isKeyFrame(Buffer.from([0x10]))).toBe(true);
  expect(isKeyFrame(Buffer.from([0x11]))).toBe(false);
  expect(isKeyFrame(Buffer.alloc(0))).toBe(false);
});
