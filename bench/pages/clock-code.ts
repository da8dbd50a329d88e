declare global {
  var clockCode: ClockCode;
}

/** How a moment is written into a picture: as black and white cells, row by row. */
export interface ClockCode {
  columns: number;
  rows: number;
  /** The cells of a moment in ms since 1970, true = white. They tell tenths of a millisecond and repeat after 28 minutes. */
  write: (ms: number) => boolean[];
  /** How long before `nowMs` the moment was, in ms, by the brightness of the cells (0 to 255); null when they are damaged. */
  age: (levels: readonly number[], nowMs: number) => number | null;
}

/**
 * The code of the clock: 24 bits of time and 16 of a checksum that finds any three wrong cells. It also runs inside pages, so it
 * uses nothing from this module but types.
 */
export function clockCode(): ClockCode {
  const timeBits = 24;
  const checkBits = 16;
  const leastContrast = 64;
  const cycle = 2 ** timeBits;
  const tenthsOf = (ms: number): number => Math.round(ms * 10) % cycle;
  const bitsOf = (value: number, count: number): boolean[] =>
    Array.from({ length: count }, (_, index) => Math.floor(value / 2 ** (count - 1 - index)) % 2 === 1);
  const valueOf = (bits: readonly boolean[]): number => bits.reduce((value, bit) => value * 2 + (bit ? 1 : 0), 0);
  /** CRC-16/IBM-3740: polynomial 0x1021, begun with ones so that a picture of one colour is no time. */
  const checksum = (bits: readonly boolean[]): number =>
    bits.reduce((register, bit) => {
      const shifted = (register << 1) & 0xffff;
      return register >>> 15 === (bit ? 1 : 0) ? shifted : shifted ^ 0x1021;
    }, 0xffff);

  return {
    columns: 20,
    rows: 2,
    write: (ms) => {
      const time = bitsOf(tenthsOf(ms), timeBits);
      return [...time, ...bitsOf(checksum(time), checkBits)];
    },
    age: (levels, nowMs) => {
      const [darkest, brightest] = [Math.min(...levels), Math.max(...levels)];
      if (levels.length !== timeBits + checkBits || brightest - darkest < leastContrast) return null;
      const bits = levels.map((level) => level > (darkest + brightest) / 2);
      const time = bits.slice(0, timeBits);
      if (checksum(time) !== valueOf(bits.slice(timeBits))) return null;
      return ((tenthsOf(nowMs) - valueOf(time) + cycle) % cycle) / 10;
    },
  };
}
