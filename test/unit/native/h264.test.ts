import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteStream, depacketize, idrSlice, pictureSet, sequenceSet, SLICE, slice, unit, UNIT } from './h264-units.ts';
import { startProbe } from './probe.ts';

const MAX_PAYLOAD = 1184;

interface Reading {
  kind: string;
  payloads: Buffer[];
}

/** What becomes of the pictures of one stream. */
async function read(probe: ReturnType<typeof startProbe>, codec: 'vp8' | 'h264', pictures: readonly Buffer[]) {
  const answer = await probe('read-frames', codec, ...pictures.map((picture) => picture.toString('hex') || '-'));
  return answer
    .split(';')
    .slice(0, -1)
    .map((text): Reading => {
      const [kind = '', ...payloads] = text.split(' ');
      return { kind, payloads: payloads.map((payload) => Buffer.from(payload, 'hex')) };
    });
}

const unitsOf = (reading: Reading | undefined) =>
  depacketize(reading?.payloads ?? []).map((each) => each.toString('hex'));
const hexOf = (units: readonly Buffer[]) => units.map((each) => each.toString('hex'));

const SETS = [sequenceSet(), pictureSet()];
const KEY = byteStream([...SETS, idrSlice()]);

describe('a picture of H.264', () => {
  it('comes out of its packets as it went in, none of which is larger than a browser’s', async () => {
    const probe = startProbe();
    const rest = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ minLength: 1_100, maxLength: 1_250 }),
      fc.uint8Array({ maxLength: 9_000 }),
    );
    const sliceOf = rest.map((bytes) => ({ rest: bytes }));
    const pictures = fc.record({
      zeros: fc.constantFrom(2, 3),
      isKey: fc.boolean(),
      slices: fc.array(sliceOf, { minLength: 1, maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(pictures, async ({ zeros, isKey, slices }) => {
        const own = slices.map((each, index) => (isKey ? idrSlice : slice)({ ...each, first: index }));
        const units = isKey ? [...SETS, ...own] : own;
        const [, reading] = await read(probe, 'h264', [KEY, byteStream(units, zeros)]);
        expect(reading?.kind).toBe(isKey ? 'key' : 'delta');
        expect(unitsOf(reading)).toEqual(hexOf(units));
        for (const payload of reading?.payloads ?? []) expect(payload.length).toBeLessThanOrEqual(MAX_PAYLOAD);
      }),
      { numRuns: 200 },
    );
  });

  it('of one large slice lies in as few packets as possible, of equal size but for the last', async () => {
    const probe = startProbe();
    await fc.assert(
      fc.asyncProperty(fc.nat(20_000), async (size) => {
        const picture = slice({ rest: Buffer.alloc(size, 0x77) });
        const [, reading] = await read(probe, 'h264', [KEY, byteStream([picture])]);
        const sizes = reading?.payloads.map(({ length }) => length) ?? [];
        const fewest = picture.length <= MAX_PAYLOAD ? 1 : Math.ceil((picture.length - 1) / (MAX_PAYLOAD - 2));
        expect(sizes).toHaveLength(fewest);
        expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
        expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[0] ?? 0);
      }),
    );
  });

  it('with many small slices lies in few packets', async () => {
    const slices = Array.from({ length: 60 }, (_, index) => slice({ first: index }));
    const [, reading] = await read(startProbe(), 'h264', [KEY, byteStream(slices)]);
    expect(reading?.payloads).toHaveLength(1);
    expect(unitsOf(reading)).toEqual(hexOf(slices));
  });

  it('has only what a decoder needs: no delimiters, hints and extensions', async () => {
    const extras = [unit(UNIT.delimiter, [[3, 7]], undefined, 0), unit(UNIT.hint, [[8, 5]], Buffer.alloc(20), 0)];
    const others = [12, 14, 15, 20, 24, 28, 0].map((type) => unit(type, [], Buffer.from('x')));
    const [reading] = await read(startProbe(), 'h264', [
      byteStream([...extras, ...SETS, ...others, idrSlice(), ...extras]),
    ]);
    expect(unitsOf(reading)).toEqual(hexOf([...SETS, idrSlice()]));
  });

  it.each([
    ['the profile main', { profile: 77 }],
    ['the profile extended', { profile: 88 }],
    ['an order by its least bits', { orderCountType: 0 }],
    ['an order by a cycle', { orderCountType: 1 }],
    ['the largest picture', { width: 256, height: 144 }],
    ['zeros that had to be kept from looking like a start code', { orderCountType: 1, orderOffset: 2 ** 30 - 1 }],
  ])('is taken with %s', async (_, fields) => {
    const [reading] = await read(startProbe(), 'h264', [byteStream([sequenceSet(fields), pictureSet(), idrSlice()])]);
    expect(reading?.kind).toBe('key');
  });
});

describe('a stream of H.264', () => {
  const kinds = async (...pictures: Buffer[][]) =>
    (
      await read(
        startProbe(),
        'h264',
        pictures.map((units) => byteStream(units)),
      )
    ).map(({ kind }) => kind);

  it('has key frames and others', async () => {
    expect(await kinds([...SETS, idrSlice()], [slice()], [slice()], [...SETS, idrSlice()])).toEqual([
      'key',
      'delta',
      'delta',
      'key',
    ]);
  });

  it('repeats its parameter sets with each key frame that does not', async () => {
    const [first, second] = await read(startProbe(), 'h264', [
      byteStream([...SETS, idrSlice()]),
      byteStream([idrSlice({ rest: Buffer.from('second') })]),
    ]);
    expect(first?.kind).toBe('key');
    expect(second?.kind).toBe('key');
    expect(unitsOf(second)).toEqual(hexOf([...SETS, idrSlice({ rest: Buffer.from('second') })]));
  });

  it('repeats the latest ones, which came alone or with another picture', async () => {
    const [newer, newest] = [pictureSet({ rest: Buffer.from('newer') }), pictureSet({ rest: Buffer.from('newest') })];
    const readings = await read(startProbe(), 'h264', [
      KEY,
      byteStream([newer]),
      byteStream([newest, slice()]),
      byteStream([idrSlice()]),
    ]);
    expect(readings.map(({ kind }) => kind)).toEqual(['key', 'nothing', 'delta', 'key']);
    expect(unitsOf(readings[2])).toEqual(hexOf([newest, slice()]));
    expect(unitsOf(readings[3])).toEqual(hexOf([sequenceSet(), newest, idrSlice()]));
  });

  it('adds the set that one of the key frame’s own refers to, and forgets those of earlier ones', async () => {
    const own = pictureSet({ id: 1, sequence: 0 });
    const readings = await read(startProbe(), 'h264', [
      KEY,
      byteStream([own, idrSlice({ pictureSet: 1 })]),
      byteStream([slice({ pictureSet: 0 })]),
    ]);
    expect(readings.map(({ kind }) => kind)).toEqual(['key', 'key', 'lost']);
    expect(unitsOf(readings[1])).toEqual(hexOf([sequenceSet(), own, idrSlice({ pictureSet: 1 })]));
  });

  it('takes ids that grow from key frame to key frame, without end', async () => {
    const pictures = Array.from({ length: 100 }, (_, index) => [
      sequenceSet({ id: index % 32 }),
      pictureSet({ id: index, sequence: index % 32 }),
      idrSlice({ pictureSet: index }),
    ]);
    const readings = await read(
      startProbe(),
      'h264',
      pictures.map((units) => byteStream(units)),
    );
    expect(new Set(readings.map(({ kind }) => kind))).toEqual(new Set(['key']));
    expect(unitsOf(readings.at(-1))).toEqual(hexOf(pictures.at(-1) ?? []));
  });

  it.each<[string, Buffer[]]>([
    ['a key frame without parameter sets', [idrSlice()]],
    ['a key frame without the sequence’s', [pictureSet(), idrSlice()]],
    ['a key frame without the picture’s', [sequenceSet(), idrSlice()]],
    ['a key frame that names another set', [...SETS, idrSlice({ pictureSet: 3 })]],
    ['a set that names another set', [sequenceSet(), pictureSet({ sequence: 4 }), idrSlice()]],
    ['a picture before the first key frame', [slice()]],
  ])('has lost %s', async (_, units) => {
    expect(await kinds(units)).toEqual(['lost']);
  });

  const keyWith = (...units: Buffer[]) => byteStream([...SETS, ...units]);
  const setsOf = (sequence: Buffer) => byteStream([sequence, pictureSet(), idrSlice()]);
  it.each<[string, Buffer]>([
    ['prose', Buffer.from('no picture at all')],
    ['a byte before the first start code', Buffer.concat([Buffer.from([7]), KEY])],
    ['an empty unit', Buffer.concat([KEY, Buffer.from([0, 0, 1])])],
    ['the forbidden bit', keyWith(Buffer.concat([Buffer.from([0xe5]), idrSlice().subarray(1)]))],
    ['a header and no slice', keyWith(Buffer.from([0x65]))],
    ['a slice that ends in its header', keyWith(Buffer.from([0x65, 0x80]))],
    ['a code without end', keyWith(Buffer.concat([Buffer.from([0x65]), Buffer.alloc(20), Buffer.from([1])]))],
    ['a slice of no known type', keyWith(idrSlice({ type: 10 }))],
    ['a slice that refers to later pictures', byteStream([slice({ type: SLICE.b })])],
    ['a switching slice', keyWith(idrSlice({ type: SLICE.si }))],
    ['a key frame that refers to another picture', keyWith(idrSlice({ type: SLICE.p }))],
    [
      'a key frame that nothing may refer to',
      keyWith(
        unit(
          UNIT.idr,
          [
            ['ue', 0],
            ['ue', 7],
            ['ue', 0],
          ],
          undefined,
          0,
        ),
      ),
    ],
    ['slices of two kinds', keyWith(idrSlice(), slice({ first: 5 }))],
    ['slices of two kinds, the other way round', byteStream([slice(), idrSlice({ first: 5 })])],
    ['its beginning missing', keyWith(idrSlice({ first: 1 }))],
    ['a slice past all pictures', keyWith(idrSlice(), idrSlice({ first: 36_864 }))],
    ['an id of no set', keyWith(idrSlice({ pictureSet: 256 }))],
    ['parameter sets behind the slices', byteStream([...SETS, idrSlice(), pictureSet()])],
    ['the profile high', setsOf(sequenceSet({ profile: 100 }))],
    ['fields', setsOf(sequenceSet({ hasFields: true }))],
    ['a picture too large', setsOf(sequenceSet({ width: 257, height: 144 }))],
    ['a picture too wide', setsOf(sequenceSet({ width: 40_000, height: 1 }))],
    ['an order of no known kind', setsOf(sequenceSet({ orderCountType: 3 }))],
    ['a sequence’s set of no known id', setsOf(sequenceSet({ id: 32 }))],
    ['a sequence’s set that ends too early', setsOf(sequenceSet().subarray(0, 5))],
    ['a picture’s set of no known id', byteStream([sequenceSet(), pictureSet({ id: 256 }), idrSlice()])],
    ['a parameter set too large', byteStream([sequenceSet(), pictureSet({ rest: Buffer.alloc(600, 7) }), idrSlice()])],
    [
      'too many parameter sets',
      byteStream([sequenceSet(), ...Array.from({ length: 17 }, (_, id) => pictureSet({ id })), idrSlice()]),
    ],
    ['too many units', keyWith(...Array.from({ length: 1_100 }, () => idrSlice()))],
    ['too many bytes', keyWith(idrSlice({ rest: Buffer.alloc(4_000_000, 0x55) }))],
  ])('loses a picture with %s, and goes on with the next key frame', async (_, picture) => {
    const readings = await read(startProbe(), 'h264', [KEY, picture, KEY]);
    expect(readings.map(({ kind }) => kind)).toEqual(['key', 'lost', 'key']);
  });

  it('of nothing has nothing', async () => {
    expect((await read(startProbe(), 'h264', [Buffer.alloc(0), Buffer.alloc(50)])).map(({ kind }) => kind)).toEqual([
      'nothing',
      'nothing',
    ]);
  });

  it('of any bytes passes on nothing but pictures that would be passed on again', async () => {
    const probe = startProbe();
    const spoilt = fc
      .tuple(
        fc.constantFrom(
          KEY,
          byteStream([slice()]),
          byteStream([...SETS, idrSlice(), idrSlice({ first: 7 })]),
          byteStream(SETS),
        ),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.nat(60),
      )
      .map(([picture, changes, tail, cut]) => {
        const bytes = Buffer.concat([picture, tail]);
        for (const [at, value] of changes) bytes.writeUInt8(value, at % bytes.length);
        return bytes.subarray(0, Math.max(1, bytes.length - (cut < 40 ? 0 : cut - 40)));
      });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(spoilt, { minLength: 1, maxLength: 5 }), async (pictures) => {
        const readings = await read(probe, 'h264', [KEY, ...pictures]);
        expect(readings).toHaveLength(pictures.length + 1);
        for (const { kind, payloads } of readings) {
          seen.add(kind);
          if (kind !== 'key') continue;
          const units = depacketize(payloads);
          const [again] = await read(probe, 'h264', [byteStream(units)]);
          expect(again?.kind).toBe('key');
          expect(unitsOf(again)).toEqual(hexOf(units));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(seen).toEqual(new Set(['key', 'delta', 'lost', 'nothing']));
  });
});

describe('a frame of VP8', () => {
  /** A key frame of 16 × 16 pixels: its tag, its start code and size, and a first partition of zeros (RFC 6386, section 9.1). */
  const frame = (size: number) => {
    const first = 20;
    const tag = (first << 5) | 0x10;
    return Buffer.concat([
      Buffer.from([tag & 255, tag >> 8, 0, 0x9d, 1, 0x2a, 16, 0, 16, 0]),
      Buffer.alloc(first + size),
    ]);
  };

  it('lies in as few packets as possible, of equal size but for the last', async () => {
    const probe = startProbe();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20_000 }), async (size) => {
        const picture = frame(size);
        const [reading] = await read(probe, 'vp8', [picture]);
        expect(reading?.kind).toBe('key');
        const sizes = reading?.payloads.map(({ length }) => length) ?? [];
        expect(Buffer.concat(reading?.payloads ?? []).equals(picture)).toBe(true);
        expect(sizes).toHaveLength(Math.ceil(picture.length / 1_180));
        expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
        expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[0] ?? 0);
      }),
      { numRuns: 40 },
    );
  });

  it('that cannot be read is lost', async () => {
    const readings = await read(startProbe(), 'vp8', [frame(1), Buffer.from('nonsense'), Buffer.alloc(0)]);
    expect(readings.map(({ kind }) => kind)).toEqual(['key', 'lost', 'lost']);
  });
});
