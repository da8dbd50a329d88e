import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startProbe } from './probe.ts';

const MASTER = Buffer.from('e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6', 'hex').toString('hex');
const HEADER_SIZE = 12;

function rtp(index: number, payload = Buffer.from('payload'), ssrc = 7): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(96, 1);
  header.writeUInt16BE(index & 0xffff, 2);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, payload]);
}

/** Protects packets of these indices and gives them to one decryptor: the indices that it has opened, null for what it has refused. */
async function opened(
  indices: number[],
  spoil: (packet: Buffer, at: number) => Buffer = (packet) => packet,
  probe = startProbe(),
) {
  const packets: string[] = [];
  for (const [at, index] of indices.entries()) {
    const rolloverCounter = Math.floor(index / 0x1_0000);
    const packet = await probe('protect-rtp', MASTER, rolloverCounter, HEADER_SIZE, rtp(index).toString('hex'));
    packets.push(spoil(Buffer.from(packet, 'hex'), at).toString('hex'));
  }
  const answers = (await probe('unprotect-rtp', MASTER, ...packets)).split(';').slice(0, -1);
  return answers.map((answer, at) => {
    if (answer === 'refused') return null;
    const [index, plain] = answer.split(':');
    expect(plain).toBe(rtp(indices[at] ?? 0).toString('hex'));
    return Number(index);
  });
}

it('opens what was protected, across the rollover and out of order', async () => {
  const indices = [65_530, 65_534, 65_537, 65_535, 65_536, 65_533, 131_000 - 60_000];
  expect(await opened(indices)).toEqual(indices);
});

it.each<[string, number[], (number | null)[]]>([
  ['a repeat', [5, 6, 5, 6, 7], [5, 6, null, null, 7]],
  ['a packet older than the window', [5, 3_000, 5], [5, 3_000, null]],
  ['but not one at its end', [2_000, 3_000, 3_000 - 1_023, 3_000 - 1_024], [2_000, 3_000, 1_977, null]],
  ['a packet from before the first rollover', [3, 65_534], [3, null]],
])('refuses %s', async (_, indices, expected) => {
  expect(await opened(indices)).toEqual(expected);
});

it('refuses whatever has been changed on the way, and takes the true one afterwards', async () => {
  const probe = startProbe();
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (position, mask) => {
      const spoil = (packet: Buffer, at: number) => {
        if (at !== 1) return packet;
        const spoilt = Buffer.from(packet);
        // Neither the version nor what makes the header longer, which are judged before.
        const where = 1 + (position % (packet.length - 1));
        spoilt.writeUInt8(spoilt.readUInt8(where) ^ mask, where);
        return spoilt;
      };
      expect(await opened([1, 2, 2, 3], spoil, probe)).toEqual([1, null, 2, 3]);
    }),
    { numRuns: 50 },
  );
});

it('takes any bytes without going astray', async () => {
  const probe = startProbe();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 80 }), async (bytes) => {
      const text = Buffer.from(bytes).toString('hex');
      expect(await probe('unprotect-rtp', MASTER, text)).toBe('refused;');
      expect(await probe('unprotect-rtcp', MASTER, text)).toBe('refused;');
    }),
    { numRuns: 300 },
  );
});

it('opens RTCP once, whatever its order, and nothing that has been changed', async () => {
  const probe = startProbe();
  const report = Buffer.from('80c9000100000007', 'hex');
  const packets: string[] = [];
  for (const index of [4, 2, 3]) packets.push(await probe('protect-rtcp', MASTER, index, report.toString('hex')));
  const [first = '', ...others] = packets;
  const spoilt = Buffer.from(first, 'hex');
  spoilt.writeUInt8(spoilt.readUInt8(5) ^ 1, 5);
  const answer = await probe('unprotect-rtcp', MASTER, spoilt.toString('hex'), first, ...others, first);
  const open = report.toString('hex');
  expect(answer).toBe(`refused;${open};${open};${open};refused;`);
});

interface HeaderParts {
  first?: number;
  extension?: string;
  payload?: string;
}

const packet = ({ first = 0x80, extension = '', payload = 'aabb' }: HeaderParts) =>
  Buffer.from(`${first.toString(16)}e0000a0000000b0000000c${extension}${payload}`, 'hex').toString('hex');

it.each<[string, HeaderParts, string]>([
  ['a plain one', {}, '1 96 10 11 12 12 2 -1'],
  ['CSRCs', { first: 0x82, extension: '0000000100000002' }, '1 96 10 11 12 20 2 -1'],
  ['CSRCs that are not there', { first: 0x8f }, 'none'],
  ['padding', { first: 0xa0, payload: 'aabb0002' }, '1 96 10 11 12 12 2 -1'],
  ['nothing but padding', { first: 0xa0, payload: '00000003'.slice(2) }, '1 96 10 11 12 12 0 -1'],
  ['more padding than payload', { first: 0xa0, payload: '0009' }, '1 96 10 11 12 12 -1 -1'],
  ['padding of nothing', { first: 0xa0, payload: '0000' }, '1 96 10 11 12 12 -1 -1'],
  ['padding where there is no payload', { first: 0xa0, payload: '' }, '1 96 10 11 12 12 -1 -1'],
  ['the extension that is asked for', { first: 0x90, extension: 'bede000131123400' }, '1 96 10 11 12 20 2 4660'],
  ['another extension before it', { first: 0x90, extension: 'bede000210ff003112340000' }, '1 96 10 11 12 24 2 4660'],
  ['an extension of another size', { first: 0x90, extension: 'bede000130120000' }, '1 96 10 11 12 20 2 -1'],
  [
    'an extension that is longer than its list',
    { first: 0x90, extension: 'bede00013f123400' },
    '1 96 10 11 12 20 2 -1',
  ],
  ['a list of another profile', { first: 0x90, extension: '1000000131123400' }, '1 96 10 11 12 20 2 -1'],
  ['a list that is longer than the packet', { first: 0x90, extension: 'bedeffff31123400' }, 'none'],
  ['a list without an end', { first: 0x90, extension: 'be', payload: '' }, 'none'],
  ['another version', { first: 0x40 }, 'none'],
])('reads the header of a packet with %s', async (_, parts, expected) => {
  expect(await startProbe()('read-header', 3, packet(parts))).toBe(expected);
});

it('reads any header without going astray', async () => {
  const probe = startProbe();
  await fc.assert(
    fc.asyncProperty(fc.nat(0x3f), fc.uint8Array({ maxLength: 60 }), async (first, rest) => {
      const bytes = Buffer.concat([Buffer.from([0x80 | first]), rest]);
      const answer = await probe('read-header', 3, bytes.toString('hex'));
      if (answer === 'none') return;
      const [, , , , , headerSize = 0, payloadSize = 0] = answer.split(' ').map(Number);
      expect(headerSize + Math.max(payloadSize, 0)).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 500 },
  );
});
