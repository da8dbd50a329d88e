/**
 * What a sender writes behind each frame: who it is, which of its frames this is and when it left. A VP8 decoder reads no further
 * than it needs, so the picture stays as it is.
 */
export interface Stamp {
  /** The number of the sender. */
  source: number;
  /** Frames are counted from 0. */
  number: number;
  /** In microseconds of this machine's monotonic clock. */
  sentUs: number;
}

const MARK = 0x5753;
const STAMP_BYTES = 14;

/** Microseconds of the clock that all processes of this machine share. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** The frame with a stamp behind it. */
export function stampFrame(frame: Buffer, { source, number, sentUs }: Stamp): Buffer {
  const stamped = Buffer.allocUnsafe(frame.length + STAMP_BYTES);
  frame.copy(stamped);
  stamped.writeUInt16BE(MARK, frame.length);
  stamped.writeUInt16BE(source, frame.length + 2);
  stamped.writeUInt32BE(number, frame.length + 4);
  stamped.writeUIntBE(sentUs, frame.length + 8, 6);
  return stamped;
}

/** Takes a stamped frame apart; null when it has no stamp. */
export function readStamp(stamped: Buffer): { frame: Buffer; stamp: Stamp } | null {
  const end = stamped.length - STAMP_BYTES;
  if (end < 1 || stamped.readUInt16BE(end) !== MARK) return null;
  const stamp = {
    source: stamped.readUInt16BE(end + 2),
    number: stamped.readUInt32BE(end + 4),
    sentUs: stamped.readUIntBE(end + 8, 6),
  };
  return { frame: stamped.subarray(0, end), stamp };
}
