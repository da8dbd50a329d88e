import { createCipheriv, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startProbe } from './probe.ts';

interface SessionKeys {
  cipher: Buffer;
  auth: Buffer;
  salt: Buffer;
}

const xor = (a: Buffer, b: Buffer) => Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));

/** The key stream of AES-CM, exclusive-ored into `data` (RFC 3711, section 4.1.1). */
function aesCounterMode(key: Buffer, counter: Buffer, data: Buffer): Buffer {
  return createCipheriv('aes-128-ctr', key, Buffer.concat([counter, Buffer.alloc(16 - counter.length)])).update(data);
}

/** RFC 3711, section 4.3. */
function deriveKeys(master: Buffer, firstLabel: number): SessionKeys {
  const derive = (label: number, size: number) => {
    const mask = Buffer.alloc(14);
    mask.writeUInt8(label, 7);
    return aesCounterMode(master.subarray(0, 16), xor(master.subarray(16), mask), Buffer.alloc(size));
  };
  return { cipher: derive(firstLabel, 16), auth: derive(firstLabel + 1, 20), salt: derive(firstLabel + 2, 14) };
}

function encrypt({ cipher, salt }: SessionKeys, ssrc: number, index: bigint, data: Buffer): Buffer {
  const mask = Buffer.alloc(14);
  mask.writeUInt32BE(ssrc, 4);
  mask.writeUIntBE(Number(index), 8, 6);
  return aesCounterMode(cipher, xor(salt, mask), data);
}

const tag = ({ auth }: SessionKeys, data: Buffer) => createHmac('sha1', auth).update(data).digest().subarray(0, 10);

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An RTP packet protected as RFC 3711 says; an oracle for the native code. */
function protectRtp(master: Buffer, rolloverCounter: number, headerSize: number, packet: Buffer): Buffer {
  const keys = deriveKeys(master, 0);
  const index = (BigInt(rolloverCounter) << 16n) | BigInt(packet.readUInt16BE(2));
  const payload = encrypt(keys, packet.readUInt32BE(8), index, packet.subarray(headerSize));
  const encrypted = Buffer.concat([packet.subarray(0, headerSize), payload]);
  return Buffer.concat([encrypted, tag(keys, Buffer.concat([encrypted, word(rolloverCounter)]))]);
}

function protectRtcp(master: Buffer, index: number, packet: Buffer): Buffer {
  const keys = deriveKeys(master, 3);
  const payload = encrypt(keys, packet.readUInt32BE(4), BigInt(index), packet.subarray(8));
  const encrypted = Buffer.concat([packet.subarray(0, 8), payload, word((index | 0x8000_0000) >>> 0)]);
  return Buffer.concat([encrypted, tag(keys, encrypted)]);
}

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));

it('the oracle derives the keys of RFC 3711, appendix B.3', () => {
  const master = Buffer.from('e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6', 'hex');
  const { cipher, auth, salt } = deriveKeys(master, 0);
  expect([cipher, salt, auth].map((key) => key.toString('hex'))).toEqual([
    'c61e7a93744f39ee10734afe3ff7a087',
    '30cbbc08863d8c85d49db34a9ae1',
    'cebe321f6ff7716b6fd4ab49af256a156d38baa4',
  ]);
});

it('protects any RTP packet as RFC 3711 says, whatever its size and rollover counter', async () => {
  const probe = startProbe();
  const packets = fc.record({
    master: bytes(30, 30),
    rolloverCounter: fc.nat(0xffff_ffff),
    extension: fc.nat(8),
    packet: bytes(12, 1300),
  });
  await fc.assert(
    fc.asyncProperty(packets, async ({ master, rolloverCounter, extension, packet }) => {
      const headerSize = Math.min(12 + 4 * extension, packet.length);
      const answer = await probe(
        'protect-rtp',
        master.toString('hex'),
        rolloverCounter,
        headerSize,
        packet.toString('hex'),
      );
      expect(answer).toBe(protectRtp(master, rolloverCounter, headerSize, packet).toString('hex'));
    }),
  );
});

it('protects any RTCP packet as RFC 3711 says', async () => {
  const probe = startProbe();
  await fc.assert(
    fc.asyncProperty(bytes(30, 30), fc.nat(0x7fff_ffff), bytes(8, 400), async (master, index, packet) => {
      const answer = await probe('protect-rtcp', master.toString('hex'), index, packet.toString('hex'));
      expect(answer).toBe(protectRtcp(master, index, packet).toString('hex'));
    }),
  );
});
