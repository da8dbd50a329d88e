/** The Data Channel Establishment Protocol (RFC 8832), and what tells messages apart (RFC 8831, section 8). */

/** SCTP's payload protocol identifiers. An empty message is one zero byte, as SCTP has no empty ones. */
export const PROTOCOL = { establishment: 50, text: 51, emptyText: 56 } as const;

const ACK = 2;
const OPEN = 3;
const OPEN_HEAD_BYTES = 12;
const LABEL_LENGTH_OFFSET = 8;
const PROTOCOL_LENGTH_OFFSET = 10;

/** The message that answers {@link openMessage}. */
export const ackMessage = (): Buffer => Buffer.from([ACK]);

/** The message that opens a channel without a protocol, reliable and in order. */
export function openMessage(label: string): Buffer {
  const name = Buffer.from(label);
  const head = Buffer.alloc(OPEN_HEAD_BYTES);
  head[0] = OPEN;
  head.writeUInt16BE(name.length, LABEL_LENGTH_OFFSET);
  return Buffer.concat([head, name]);
}

/** What a message of the protocol asks; null for one that cannot be understood. */
export function readEstablishment(message: Buffer): 'open' | 'ack' | null {
  if (message.length === 1) return message[0] === ACK ? 'ack' : null;
  if (message.length < OPEN_HEAD_BYTES || message[0] !== OPEN) return null;
  const length = message.readUInt16BE(LABEL_LENGTH_OFFSET) + message.readUInt16BE(PROTOCOL_LENGTH_OFFSET);
  return message.length === OPEN_HEAD_BYTES + length ? 'open' : null;
}
