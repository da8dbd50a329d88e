/** What the payload descriptor of a VP8 packet says (RFC 7741, section 4.2); `data` is the piece of the frame behind it. */
export interface Vp8Piece {
  start: boolean;
  pictureId: number | null;
  data: Buffer;
}

const DESCRIPTOR_BYTES = 4;
/** Picture ids are counted modulo this. */
export const PICTURE_IDS = 0x8000;

/** Whether a frame is a key frame (RFC 6386, section 9.1). */
export function isKeyFrame(frame: Buffer): boolean {
  return ((frame[0] ?? 1) & 1) === 0;
}

/** Cuts a frame into the payloads of RTP packets of at most `maxBytes` each, with a picture id of 15 bits. */
export function cutFrame(frame: Buffer, pictureId: number, maxBytes: number): Buffer[] {
  const room = maxBytes - DESCRIPTOR_BYTES;
  const count = Math.ceil(frame.length / room);
  return Array.from({ length: count }, (_, index) => {
    const descriptor = [index === 0 ? 0x90 : 0x80, 0x80, 0x80 | (pictureId >> 8), pictureId & 0xff];
    return Buffer.concat([Buffer.from(descriptor), frame.subarray(index * room, (index + 1) * room)]);
  });
}

/** Reads one payload; null when it is too short for its own descriptor. */
export function readPiece(payload: Buffer): Vp8Piece | null {
  const first = payload[0];
  if (first === undefined) return null;
  const start = (first & 0x10) !== 0 && (first & 0x07) === 0;
  const extension = first & 0x80 ? (payload[1] ?? 0) : 0;
  let length = first & 0x80 ? 2 : 1;
  let pictureId: number | null = null;
  if (extension & 0x80) {
    const high = payload[length] ?? 0;
    const long = (high & 0x80) !== 0;
    pictureId = long ? ((high & 0x7f) << 8) | (payload[length + 1] ?? 0) : high;
    length += long ? 2 : 1;
  }
  if (extension & 0x40) length++;
  if (extension & 0x30) length++;
  return length < payload.length ? { start, pictureId, data: payload.subarray(length) } : null;
}
