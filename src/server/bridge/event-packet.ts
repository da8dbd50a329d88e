import type { Socket } from 'socket.io';

/** The first byte of a text frame that is not fragmented (RFC 6455, section 5.2). */
const FINAL_TEXT = 0x81;
/** What engine.io writes before a message, and socket.io before an event in it. */
const MESSAGE = '4';
const EVENT = '2';

/**
 * Does what `socket.emit` does, for less: the packet is written as one WebSocket frame in one buffer (decision 0017). Throws a
 * `RangeError` for what is nested too deeply to be written as JSON.
 */
export function sendEvent(socket: Socket, event: string, args: readonly unknown[]): void {
  const { conn } = socket;
  if (conn.transport.name !== 'websocket' || args.some(holdsBinary)) {
    socket.emit(event, ...args);
    return;
  }
  const text = JSON.stringify([event, ...args]);
  // engine.io sends a frame that is ready as it is; the packet is for those who listen to what is sent.
  const options = { wsPreEncodedFrame: [textFrame(MESSAGE + EVENT, text)] } as Parameters<typeof conn.write>[1];
  conn.write(EVENT + text, options);
}

/** What socket.io sends apart from the text: it can only have come from a client's packet with attachments. */
function holdsBinary(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Uint8Array) return true;
  for (const key in value) if (holdsBinary(value[key as keyof typeof value])) return true;
  return false;
}

/** A WebSocket frame as a server sends it, unmasked (RFC 6455, section 5.2); `head`, of ASCII, and `text` are put together in it. */
export function textFrame(head: string, text: string): Buffer {
  const length = head.length + Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FINAL_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(head, start, 'latin1');
  frame.write(text, start + head.length);
  return frame;
}
