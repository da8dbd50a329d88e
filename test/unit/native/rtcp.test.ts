import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startProbe } from './probe.ts';

function packet(type: number, format: number, words: number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * words.length);
  bytes.writeUInt8(0x80 | format, 0);
  bytes.writeUInt8(type, 1);
  bytes.writeUInt16BE(words.length, 2);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, 4 + 4 * index);
  return bytes;
}

const [PAGE, STREAM] = [0x1111_1111, 0x2222_2222];
const LAST_REPORT = 0x1234_5678;
const PICTURE_LOSS = packet(206, 1, [PAGE, STREAM]);
const FULL_INTRA = packet(206, 4, [PAGE, 0, STREAM, 7 << 24]);
const NACK = packet(205, 1, [PAGE, STREAM, (100 << 16) | 0b101, (0xffff << 16) | 1]);
const RECEIVER_REPORT = packet(201, 1, [PAGE, STREAM, 0, 0, 0, 0, 0]);
const TRANSPORT_FEEDBACK = packet(205, 15, [PAGE, STREAM, 0, 0]);

it.each<[string, Buffer[], string]>([
  ['a picture loss', [PICTURE_LOSS], `${STREAM} 1;`],
  ['a full intra request, which names the stream in its entry', [FULL_INTRA], `${STREAM} 1;`],
  ['lost packets, with those that the mask adds', [NACK], `${STREAM} 0 100 101 103 65535 0;`],
  ['all requests of a compound', [RECEIVER_REPORT, PICTURE_LOSS, NACK], `${STREAM} 1;${STREAM} 0 100 101 103 65535 0;`],
  ['nothing in other packets', [RECEIVER_REPORT, TRANSPORT_FEEDBACK], ''],
  ['nothing behind what cannot be read', [Buffer.from('nonsense'), PICTURE_LOSS], ''],
  ['nothing in a packet that says it is longer than it is', [NACK.subarray(0, 16)], ''],
  ['nothing in nothing', [], ''],
])('reads %s', async (_, packets, feedback) => {
  expect(await startProbe()('read-feedback', Buffer.concat(packets).toString('hex'))).toBe(feedback);
});

it('reads any bytes without going astray', async () => {
  const probe = startProbe();
  const head = fc.constantFrom(PICTURE_LOSS, FULL_INTRA, NACK, RECEIVER_REPORT, Buffer.alloc(0));
  const hostile = fc.tuple(head, fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(hostile, async ([start, rest, at, value]) => {
      const bytes = Buffer.concat([start, rest]);
      if (bytes.length > 0) bytes.writeUInt8(value, at % bytes.length);
      expect(await probe('read-feedback', bytes.toString('hex'))).toMatch(/^(\d+ [01]( \d+)*;)*$/);
    }),
    { numRuns: 500 },
  );
});

it('reads reception reports, out of sender reports too', async () => {
  const block = [STREAM, (0x40 << 24) | 0xfffffe, 0x0001_fffe, 0, LAST_REPORT, 0x0001_0000];
  const sender = packet(200, 2, [PAGE, 0, 0, 0, 0, 0, ...block, ...block.with(0, 7).with(1, 3)]);
  const receiver = packet(201, 1, [PAGE, ...block]);
  const one = `${STREAM} 64 -2 65534 ${LAST_REPORT} 65536;`;
  const two = `7 0 3 65534 ${LAST_REPORT} 65536;`;
  const probe = startProbe();
  expect(await probe('read-reports', Buffer.concat([sender, receiver]).toString('hex'))).toBe(one + two + one);
  // Fewer blocks than it says.
  expect(await probe('read-reports', packet(201, 31, [PAGE, ...block]).toString('hex'))).toBe(one);
  expect(await probe('read-reports', packet(201, 1, [PAGE]).toString('hex'))).toBe('');
});

it('writes a picture loss', async () => {
  expect(await startProbe()('write-picture-loss', PAGE, STREAM)).toBe(PICTURE_LOSS.toString('hex'));
});

it('writes a sender report and the canonical name, in whole words', async () => {
  const probe = startProbe();
  const names = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '9', '-', '.', '@'), minLength: 1, maxLength: 255 });
  await fc.assert(
    fc.asyncProperty(names, async (cname) => {
      const hex = await probe('write-report', STREAM, 0x0123_4567_89ab_cdefn, 42, 7, 8000, cname);
      const bytes = Buffer.from(hex, 'hex');
      expect(bytes.subarray(0, 28)).toEqual(packet(200, 0, [STREAM, 0x0123_4567, 0x89ab_cdef, 42, 7, 8000]));
      const description = bytes.subarray(28);
      expect(description.readUInt16BE(0)).toBe(0x81ca);
      expect(4 + 4 * description.readUInt16BE(2)).toBe(description.length);
      expect(description.readUInt32BE(4)).toBe(STREAM);
      expect([...description.subarray(8, 10)]).toEqual([1, cname.length]);
      expect(description.subarray(10, 10 + cname.length).toString()).toBe(cname);
      const padding = description.subarray(10 + cname.length);
      expect(padding.length).toBeGreaterThan(0);
      expect(padding.every((byte) => byte === 0)).toBe(true);
    }),
  );
});
