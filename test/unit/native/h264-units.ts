/** Types of NAL units (ITU-T H.264, table 7-1). */
export const UNIT = { slice: 1, idr: 5, hint: 6, sequenceSet: 7, pictureSet: 8, delimiter: 9 } as const;

/** A field of `value` with so many bits, or `ue` = as an Exp-Golomb code (9.1). */
type Field = [bits: number | 'ue', value: number];

function bitsOf([bits, value]: Field): string {
  if (bits !== 'ue') return value.toString(2).padStart(bits, '0');
  const code = (value + 1).toString(2);
  return '0'.repeat(code.length - 1) + code;
}

/** Keeps start codes out of a payload (7.4.1). */
function escape(payload: Buffer): Buffer {
  const bytes: number[] = [];
  for (const byte of payload) {
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3);
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

/** A NAL unit of these fields, and `rest` behind them; `importance` = nal_ref_idc. */
export function unit(
  type: number,
  fields: readonly Field[],
  rest: Uint8Array = Buffer.alloc(0),
  importance = 3,
): Buffer {
  const bits = `${fields.map(bitsOf).join('')}1`;
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  const head = Buffer.from(padded.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? []);
  const payload = escape(Buffer.concat([head, rest, Buffer.from([0x80])]));
  return Buffer.concat([Buffer.from([(importance << 5) | type]), payload]);
}

/** What a sequence parameter set says; sizes in macroblocks of 16 pixels. */
export interface SequenceSetFields {
  id?: number;
  profile?: number;
  width?: number;
  height?: number;
  orderCountType?: number;
  /** A number of the order's cycle that is not looked at, of any size. */
  orderOffset?: number;
  hasFields?: boolean;
  rest?: Uint8Array;
}

/** A sequence parameter set (7.3.2.1.1). */
export function sequenceSet({
  id = 0,
  profile = 66,
  width = 20,
  height = 12,
  orderCountType = 2,
  orderOffset = 0,
  hasFields = false,
  rest,
}: SequenceSetFields = {}): Buffer {
  const orderCount: Record<number, Field[]> = {
    0: [['ue', 4]],
    1: [
      [1, 0],
      ['ue', orderOffset],
      ['ue', 0],
      ['ue', 2],
      ['ue', 1],
      ['ue', 1],
    ],
  };
  const order: Field[] = [['ue', orderCountType], ...(orderCount[orderCountType] ?? [])];
  const size: Field[] = [
    ['ue', 1],
    [1, 0],
    ['ue', width - 1],
    ['ue', height - 1],
    [1, hasFields ? 0 : 1],
  ];
  return unit(UNIT.sequenceSet, [[8, profile], [8, 0xc0], [8, 31], ['ue', id], ['ue', 0], ...order, ...size], rest);
}

/** A picture parameter set (7.3.2.2). */
export function pictureSet({ id = 0, sequence = 0, rest = Buffer.alloc(0) } = {}): Buffer {
  return unit(
    UNIT.pictureSet,
    [
      ['ue', id],
      ['ue', sequence],
      [2, 0],
    ],
    rest,
  );
}

/** The types of slices that matter here (table 7-6). */
export const SLICE = { p: 5, b: 6, i: 7, si: 9 } as const;

/** What a slice's header says, and what is behind it. */
interface SliceFields {
  first?: number;
  type?: number;
  pictureSet?: number;
  rest?: Uint8Array;
}

/** A slice of a key frame. */
export function idrSlice({
  first = 0,
  type = SLICE.i,
  pictureSet: id = 0,
  rest = Buffer.alloc(8, 0xaa),
}: SliceFields = {}): Buffer {
  return unit(
    UNIT.idr,
    [
      ['ue', first],
      ['ue', type],
      ['ue', id],
    ],
    rest,
  );
}

/** A slice of any other picture. */
export function slice({
  first = 0,
  type = SLICE.p,
  pictureSet: id = 0,
  rest = Buffer.alloc(8, 0x55),
}: SliceFields = {}): Buffer {
  return unit(
    UNIT.slice,
    [
      ['ue', first],
      ['ue', type],
      ['ue', id],
    ],
    rest,
    2,
  );
}

/** NAL units as a byte stream (annex B), with start codes of four bytes or of three. */
export function byteStream(units: readonly Buffer[], zeros = 3): Buffer {
  return Buffer.concat(units.flatMap((each) => [Buffer.alloc(zeros), Buffer.from([1]), each]));
}

/** The NAL units in payloads of RTP packets (RFC 6184, packetization mode 1); throws when they break a rule of it. */
export function depacketize(payloads: readonly Buffer[]): Buffer[] {
  const units: Buffer[] = [];
  let parts: Buffer[] | null = null;
  for (const payload of payloads) {
    const [indicator = 0, header = 0] = payload;
    const type = indicator & 0x1f;
    if (type === 28) {
      const [starts, ends] = [(header & 0x80) !== 0, (header & 0x40) !== 0];
      if (starts === (parts !== null) || (starts && ends) || (header & 0x20) !== 0)
        throw new Error('a part at the wrong place');
      parts ??= [Buffer.from([(indicator & 0xe0) | (header & 0x1f)])];
      if (parts[0]?.[0] !== ((indicator & 0xe0) | (header & 0x1f))) throw new Error('a part of another unit');
      parts.push(payload.subarray(2));
      if (!ends) continue;
      units.push(Buffer.concat(parts));
      parts = null;
    } else if (parts !== null) {
      throw new Error('the rest of a unit is missing');
    } else if (type === 24) {
      units.push(...several(payload));
    } else if (type >= 1 && type <= 23) {
      units.push(payload);
    } else {
      throw new Error(`packets of type ${type} are of another mode`);
    }
  }
  if (parts !== null) throw new Error('the rest of a unit is missing');
  return units;
}

function several(payload: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 1; at < payload.length; at += 2 + (units.at(-1)?.length ?? 0)) {
    const size = payload.readUInt16BE(at);
    if (size === 0 || at + 2 + size > payload.length) throw new Error('a unit that is not all there');
    units.push(payload.subarray(at + 2, at + 2 + size));
  }
  const importance = Math.max(...units.map(([head = 0]) => head & 0x60));
  if (((payload[0] ?? 0) & 0xe0) !== importance) throw new Error('the packet is not as important as its units');
  return units;
}
