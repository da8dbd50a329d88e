import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startProbe } from './probe.ts';

const put = (atMs: number, index: number) => `put:${atMs}:${index}`;

it.each<[string, string[], string]>([
  ['in order, at once', [put(0, 5), put(1, 6), put(2, 7)], '5 6 7'],
  ['behind one that was overtaken', [put(0, 5), put(1, 7), put(2, 6), put(3, 8)], '5 6 7 8'],
  ['once', [put(0, 5), put(1, 5), put(1, 7), put(1, 7), put(2, 6), put(3, 6)], '5 6 7'],
  ['after a gap, when it has waited', [put(0, 5), put(10, 8), 'give-up:109', 'give-up:110'], '5 +2 8'],
  ['after a gap, when too many wait', [put(0, 5), put(1, 7), put(1, 8), put(1, 9), put(1, 10)], '5 +1 7 8 9 10'],
  [
    'each after its own gap',
    [put(0, 1), put(10, 3), put(50, 6), 'give-up:110', 'give-up:149', 'give-up:150'],
    '1 +1 3 +2 6',
  ],
  [
    'after a leap that nothing can mend',
    [put(0, 1), put(1, 3), put(2, 5_000), put(3, 5_001)],
    '1 +1 3 +4996 5000 5001',
  ],
  [
    'not, when it comes after it was given up',
    [put(0, 5), put(10, 7), 'give-up:110', put(111, 6), put(112, 8)],
    '5 +1 7 8',
  ],
])('packets pass %s', async (_, events, expected) => {
  expect((await startProbe()('order', 100, 3, ...events)).trim()).toBe(expected);
});

it('asks for what is missing at once, again after an interval, and no more when it has come', async () => {
  const events = [put(0, 65_534), put(1, 65_538), 'due:1:50', 'due:50:50', 'due:51:50', put(52, 65_536), 'due:101:50'];
  expect((await startProbe()('order', 100, 3, ...events)).trim()).toBe('65534 ?65535,0,1, ? ?65535,0,1, ?65535,1,');
});

it.each([
  [-1, '62 200'],
  [0, '20 200'],
  [30, '37 200'],
  [100, '125 312'],
  [400, '500 1000'],
  [60_000, '500 1000'],
])('with a round trip of %i ms, a packet is asked for again and given up after %s ms', async (roundTrip, expected) => {
  expect(await startProbe()('repair-times', roundTrip)).toBe(expected);
});

it('passes each packet once and in order, whatever the way does', async () => {
  const probe = startProbe();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(60), fc.nat(40)), { maxLength: 60 }), async (steps) => {
      let atMs = 0;
      const events = steps.flatMap(([index, wait]) => [put((atMs += wait), 100 + index), `give-up:${atMs}`]);
      const passed = (await probe('order', 100, 10, ...events)).split(' ').filter((word) => /^\d+$/.test(word));
      expect(passed.map(Number)).toEqual([...new Set(passed.map(Number))].toSorted((a, b) => a - b));
    }),
  );
});

// Of VP8: the descriptor says whether the picture begins; the first bit of the picture whether it is a delta.
const [KEY, DELTA] = ['00', '01'];
const begin = (timestamp: number, kind: string, marker = 0) => `${timestamp}:${marker}:10${kind}aa`;
const more = (timestamp: number, marker = 0) => `${timestamp}:${marker}:00bb`;

it.each<[string, string[], string]>([
  ['whole', [begin(1, KEY), more(1), more(1, 1), begin(2, DELTA, 1)], 'key:1:00aabbbb delta:2:01aa'],
  ['from a key frame on', [begin(1, DELTA, 1), begin(2, KEY, 1)], 'wanted key:2:00aa'],
  [
    'after a loss, from a key frame on',
    [begin(1, KEY, 1), 'lose', begin(2, DELTA, 1), begin(3, KEY, 1)],
    'key:1:00aa wanted wanted key:3:00aa',
  ],
  ['not without their beginning', [more(1, 1), begin(2, KEY, 1)], 'wanted key:2:00aa'],
  ['not without their middle', [begin(1, KEY), 'lose', more(1, 1), begin(2, KEY, 1)], 'wanted wanted key:2:00aa'],
  ['without a marker, when the next begins', [begin(1, KEY), begin(2, DELTA, 1)], 'key:1:00aa delta:2:01aa'],
  ['not when they begin twice', [begin(1, KEY), begin(1, KEY, 1)], 'wanted'],
  ['whatever padding comes between', [begin(1, KEY), '1:0:', '7:1:', more(1, 1)], 'key:1:00aabb'],
  ['behind a long descriptor', ['1:1:90f0812305e100cc'], 'key:1:00cc'],
  [
    'not behind a descriptor that is cut off',
    ['1:1:90', '2:1:9080', '3:1:908081', '4:1:90f08123'],
    'wanted wanted wanted wanted',
  ],
])('pictures of VP8 are passed on %s', async (_, packets, expected) => {
  expect((await startProbe()('depayload', 'vp8', ...packets)).trim()).toBe(expected);
});

const START = '00000001';

it.each<[string, string[], string]>([
  ['single units', ['1:0:6701', '1:0:6802', '1:1:6503'], `key:1:${START}6701${START}6802${START}6503`],
  ['several in a packet', ['1:0:780002670100026802', '1:1:6503'], `key:1:${START}6701${START}6802${START}6503`],
  ['parts of one', ['1:0:7c8501', '1:0:7c0502', '1:1:7c4503'], `key:1:${START}65010203`],
  ['one that follows', ['1:1:6503', '2:1:4104'], `key:1:${START}6503 delta:2:${START}4104`],
  ['nothing of a part without its beginning', ['1:0:7c0502', '1:1:7c4503'], 'wanted'],
  ['nothing of a part without its end', ['1:1:7c8501', '2:1:6503'], `wanted key:2:${START}6503`],
  ['nothing of a unit in the midst of another', ['1:0:7c8501', '1:1:6503'], 'wanted'],
  [
    'nothing of several that are cut off',
    ['1:1:78000267', '2:1:7800', '3:1:78', '4:1:780000'],
    'wanted wanted wanted wanted',
  ],
  ['nothing of packets within packets', ['1:1:78000378000165', '2:1:7c9801'], 'wanted wanted'],
  ['nothing of what mode 1 does not have', ['1:1:7900016503', '2:1:7d850101', '3:1:6000'], 'wanted wanted wanted'],
])('of H.264 it takes %s', async (_, packets, expected) => {
  expect((await startProbe()('depayload', 'h264', ...packets)).trim()).toBe(expected);
});

it('takes any payload without going astray', async () => {
  const probe = startProbe();
  const payload = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  const packets = fc.array(fc.tuple(fc.nat(3), fc.nat(1), payload), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('vp8', 'h264'), packets, async (codec, all) => {
      const answer = await probe('depayload', codec, ...all.map((parts) => parts.join(':')));
      expect(answer).toMatch(/^((key|delta):\d+:[0-9a-f]+ |wanted )*$/);
    }),
    { numRuns: 300 },
  );
});

it('the jitter of the way is none of the pictures’, and a leap of the clock begins anew', async () => {
  const steps = [0, 7, 3, 0, 12, 1].map(
    (jitterMs, index) => `${index * 3_000}:${100 + index * (3_000 / 90) + jitterMs}`,
  );
  const times = (await startProbe()('media-clock', 90_000, ...steps, '90000000:5000')).trim().split(' ').map(Number);
  for (const [index, time] of times.slice(0, -1).entries())
    expect(Math.abs(time - 100 - index * (3_000 / 90))).toBeLessThan(0.1);
  expect(times.at(-1)).toBe(5_000);
});

it('counts what is lost, since the last report and altogether', async () => {
  const packet = (atMs: number, index: number) => `packet:${atMs}:${index}:${atMs * 90}`;
  const first = [65_533, 65_534, 65_535, 65_537].map((index, at) => packet(at * 10, index));
  const resent = ['packet:50:65536:0', packet(60, 65_538), packet(70, 65_540)];
  const answer = await startProbe()(
    'counts',
    7,
    90_000,
    ...first,
    'report:40',
    'sender:45:99',
    ...resent,
    'report:545',
  );
  // One of five, and then one of three that is made up for by the one of before.
  expect(answer).toBe('51 1 1 1 0 0 0;0 1 1 4 0 99 32768;');
});

it('jitter is counted as in RFC 3550', async () => {
  const packets = [0, 33, 76, 100].map((atMs, index) => `packet:${atMs}:${index}:${index * 3_000}`);
  const [, , , , jitter] = (await startProbe()('counts', 7, 90_000, ...packets, 'report:200')).split(' ').map(Number);
  let expected = 0;
  for (const difference of [30, 870, 840]) expected += (difference - expected) / 16;
  expect(jitter).toBe(Math.floor(expected));
});

it('writes receiver reports and NACKs', async () => {
  const probe = startProbe();
  const report = await probe('write-receiver-report', 1, 'me', '2:64:-2:3:4:5:6:7');
  expect(report).toBe(
    ['81c90007', '00000001', '00000002', '40fffffe', '00030004', '00000005', '00000006', '00000007'].join('') +
      '81ca0003000000010102'.concat('6d65', '00000000'.slice(0, 8)).slice(0, 32),
  );
  expect(await probe('read-reports', report)).toBe('2 64 -2 4 6 7;');
  expect(await probe('write-receiver-report', 1, 'me')).toMatch(/^80c9000100000001/);
  const many = Array.from({ length: 40 }, (__, index) => `${index + 1}:0:0:0:0:0:0:0`);
  expect((await probe('read-reports', await probe('write-receiver-report', 1, 'me', ...many))).split(';')).toHaveLength(
    32,
  );
  const lost = [65_534, 0, 14, 15, 300];
  expect(await probe('read-feedback', await probe('write-nack', 1, 2, ...lost))).toBe(`2 0 ${lost.join(' ')};`);
});

it('reads the clocks of sender reports, and of nothing else', async () => {
  const report = '80c80006'.concat('00000007', '11112222', '33334444', '00000000', '00000000', '00000000');
  const probe = startProbe();
  expect(await probe('read-sender-clocks', `${report}80c9000100000001`)).toBe(`7 572666675;`);
  expect(await probe('read-sender-clocks', '80c8000100000007')).toBe('');
});
