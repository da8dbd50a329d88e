/** An RTP packet (RFC 3550, section 5.1) without its header extension and padding; `payload` is a view of the packet. */
export interface RtpPacket {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payload: Buffer;
}

const HEADER_BYTES = 12;
const PICTURE_LOSS = 1;
const FULL_INTRA_REQUEST = 4;
const PAYLOAD_SPECIFIC_FEEDBACK = 206;
/** The first two bytes of a generic NACK. */
const GENERIC_NACK = 0x81cd;

/** Whether a packet of a bundled transport is RTCP (RFC 5761, section 4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** Reads an RTP packet; null when it is not one. */
export function readRtp(packet: Buffer): RtpPacket | null {
  if (packet.length < HEADER_BYTES || packet.readUInt8(0) >> 6 !== 2 || isRtcp(packet)) return null;
  const first = packet.readUInt8(0);
  const second = packet.readUInt8(1);
  let start = HEADER_BYTES + 4 * (first & 0x0f);
  if (first & 0x10 && start + 4 <= packet.length) start += 4 + 4 * packet.readUInt16BE(start + 2);
  const end = packet.length - (first & 0x20 ? packet.readUInt8(packet.length - 1) : 0);
  if (start > end) return null;
  return {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(start, end),
  };
}

/** The bytes of an RTP packet. */
export function writeRtp({ marker, payloadType, sequence, timestamp, ssrc, payload }: RtpPacket): Buffer {
  const packet = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(timestamp, 4);
  packet.writeUInt32BE(ssrc, 8);
  payload.copy(packet, HEADER_BYTES);
  return packet;
}

/** The sequence numbers of packets of `ssrc` that a compound RTCP packet asks for again, by generic NACK (RFC 4585, section 6.2.1). */
export function asksAgainFor(ssrc: number, rtcp: Buffer): number[] {
  const asked: number[] = [];
  for (let at = 0; at + 12 <= rtcp.length; at += 4 + 4 * rtcp.readUInt16BE(at + 2)) {
    if (rtcp.readUInt16BE(at) !== GENERIC_NACK || rtcp.readUInt32BE(at + 8) !== ssrc) continue;
    const end = at + 4 + 4 * rtcp.readUInt16BE(at + 2);
    for (let entry = at + 12; entry + 4 <= Math.min(end, rtcp.length); entry += 4) {
      const [first, further] = [rtcp.readUInt16BE(entry), rtcp.readUInt16BE(entry + 2)];
      asked.push(first);
      for (let bit = 0; bit < 16; bit++) if (further & (1 << bit)) asked.push((first + bit + 1) & 0xffff);
    }
  }
  return asked;
}

/** Whether a compound RTCP packet asks for a key frame, by PLI (RFC 4585, section 6.3.1) or FIR (RFC 5104, section 4.3.1). */
export function asksForKeyFrame(rtcp: Buffer): boolean {
  for (let at = 0; at + 4 <= rtcp.length; at += 4 + 4 * rtcp.readUInt16BE(at + 2)) {
    const format = rtcp.readUInt8(at) & 0x1f;
    const feedback = rtcp.readUInt8(at + 1) === PAYLOAD_SPECIFIC_FEEDBACK;
    if (feedback && (format === PICTURE_LOSS || format === FULL_INTRA_REQUEST)) return true;
  }
  return false;
}

/** A picture loss indication of `sender` about the stream `media`, both SSRCs. */
export function pictureLoss(sender: number, media: number): Buffer {
  const packet = Buffer.alloc(12);
  packet.writeUInt8(0x80 | PICTURE_LOSS, 0);
  packet.writeUInt8(PAYLOAD_SPECIFIC_FEEDBACK, 1);
  packet.writeUInt16BE(2, 2);
  packet.writeUInt32BE(sender, 4);
  packet.writeUInt32BE(media, 8);
  return packet;
}

/** What a receiver tells of a stream beside its highest sequence number; nothing was lost by default. */
interface Reception {
  /** Of 256, since the report before. */
  fractionLost?: number;
  /** Altogether. */
  lost?: number;
  /** The middle of the NTP time of the last sender report, and how long ago that came, in 1/65536 s. */
  lastReport?: number;
  delay?: number;
}

/** A receiver report of `receiver` (RFC 3550, section 6.4.2) about one stream. */
export function receiverReport(
  receiver: number,
  media: number,
  highestSequence: number,
  { fractionLost = 0, lost = 0, lastReport = 0, delay = 0 }: Reception = {},
): Buffer {
  const packet = Buffer.alloc(32);
  packet.writeUInt8(0x81, 0);
  packet.writeUInt8(201, 1);
  packet.writeUInt16BE(7, 2);
  packet.writeUInt32BE(receiver, 4);
  packet.writeUInt32BE(media, 8);
  packet.writeUInt8(fractionLost, 12);
  packet.writeIntBE(lost, 13, 3);
  packet.writeUInt32BE(highestSequence >>> 0, 16);
  packet.writeUInt32BE(lastReport >>> 0, 24);
  packet.writeUInt32BE(delay >>> 0, 28);
  return packet;
}
