import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startProbe } from './probe.ts';

/** A transport feedback packet as its draft says (section 3.1): when each packet has come, in us modulo what it can tell; null = not. */
function readFeedback(text: string) {
  const packet = Buffer.from(text, 'hex');
  expect(packet.readUInt8(0) & 0xdf).toBe(0x8f);
  expect(packet.readUInt8(1)).toBe(205);
  expect(packet.length).toBe(4 * (packet.readUInt16BE(2) + 1));
  const padding = packet.readUInt8(0) & 0x20 ? packet.readUInt8(packet.length - 1) : 0;
  const [base, count] = [packet.readUInt16BE(12), packet.readUInt16BE(14)];
  let at = 20;
  const symbols: number[] = [];
  while (symbols.length < count) {
    const chunk = packet.readUInt16BE(at);
    at += 2;
    if (chunk & 0x8000) for (let i = 0; i < 7; i++) symbols.push((chunk >> (12 - 2 * i)) & 3);
    else symbols.push(...new Array<number>(chunk & 0x1fff).fill(chunk >> 13));
  }
  expect(symbols.slice(count).every((symbol) => symbol === 0)).toBe(true);
  let timeUs = packet.readUIntBE(16, 3) * 64_000;
  const arrivals = symbols.slice(0, count).map((symbol, index) => {
    const sequence = (base + index) & 0xffff;
    if (symbol === 0) return { sequence, timeUs: null };
    timeUs += 250 * (symbol === 1 ? packet.readUInt8(at) : packet.readInt16BE(at));
    at += symbol;
    return { sequence, timeUs };
  });
  expect(at).toBe(packet.length - padding);
  return { count: packet.readUInt8(19), sender: packet.readUInt32BE(4), media: packet.readUInt32BE(8), arrivals };
}

async function tell(events: string[], probe = startProbe()) {
  const answer = await probe('arrivals', 1, 2, ...events);
  return answer.trim().split(' ').filter(Boolean).map(readFeedback);
}

it('tells what has come and what has not, on and on', async () => {
  const events = ['65534:1000000', '65535:1000500', '1:1100000', 'tell', '3:1200000', 'tell', 'tell'];
  const [first, second, ...others] = await tell(events);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ count: 0, sender: 1, media: 2 });
  expect(first?.arrivals).toEqual([
    { sequence: 65_534, timeUs: 1_000_000 },
    { sequence: 65_535, timeUs: 1_000_500 },
    { sequence: 0, timeUs: null },
    { sequence: 1, timeUs: 1_100_000 },
  ]);
  expect(second?.count).toBe(1);
  expect(second?.arrivals).toEqual([
    { sequence: 2, timeUs: null },
    { sequence: 3, timeUs: 1_200_000 },
  ]);
});

it('tells of what was overtaken, also after the others', async () => {
  const [first, second] = await tell(['10:1000000', '12:1000250', 'tell', '11:1010000', '13:1010250', 'tell']);
  expect(first?.arrivals.map(({ timeUs }) => timeUs)).toEqual([1_000_000, null, 1_000_250]);
  expect(second?.arrivals).toEqual([
    { sequence: 11, timeUs: 1_010_000 },
    { sequence: 12, timeUs: null },
    { sequence: 13, timeUs: 1_010_250 },
  ]);
});

it('tells of all that comes, however it comes, in packets that fit into a datagram', async () => {
  const probe = startProbe();
  const step = fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 20_000_000 }));
  const steps = fc.array(fc.oneof({ weight: 9, arbitrary: fc.tuple(fc.constant(1), fc.nat(3_000)) }, step), {
    maxLength: 400,
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(0xffff), steps, async (start, all) => {
      let [sequence, timeUs] = [start, 1_000_000];
      const sent = all.map(([forward, us]) => ({ sequence: (sequence += forward) & 0xffff, timeUs: (timeUs += us) }));
      const told = await tell([...sent.map((one) => `${one.sequence}:${one.timeUs}`), 'tell'], probe);
      const arrivals = told.flatMap((one) => one.arrivals).filter((one) => one.timeUs !== null);
      // What is more than 2000 numbers back is forgotten.
      const known = sent.slice(sent.length - arrivals.length);
      expect(arrivals.map((one) => one.sequence)).toEqual(known.map((one) => one.sequence));
      for (const [index, one] of known.entries())
        expect(arrivals[index]?.timeUs).toBe(Math.floor(one.timeUs / 250) * 250);
      const span = sent.slice(known.length === sent.length ? 0 : -known.length - 1);
      if (span.length > known.length) {
        const [forgotten, ...later] = span;
        const distance = ((later.at(-1)?.sequence ?? 0) - (forgotten?.sequence ?? 0)) & 0xffff;
        expect(distance).toBeGreaterThan(2_000);
      }
    }),
    { numRuns: 60 },
  );
});
