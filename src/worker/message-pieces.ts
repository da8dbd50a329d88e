/** usrsctp hands over what there is of a message once it has 64 KiB of it, and GStreamer does not say which piece is the last. */
const FIRST_PIECE_BYTES = 65_536;
/** A page may send messages of up to 262,144 bytes. */
const MAX_BYTES = 300_000;
const END_OF_OBJECT = '}'.charCodeAt(0);

/** Puts the pieces of one channel's long messages together: these are JSON objects, as pages send them, or they are dropped. */
export class MessagePieces {
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** Takes a piece in UTF-8, which may end within a character; the text if this was the last one. */
  take(piece: Buffer): string | null {
    if (this.#bytes === 0 && piece.length < FIRST_PIECE_BYTES) return piece.toString();
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > MAX_BYTES) this.#clear();
    return piece.at(-1) === END_OF_OBJECT ? this.#whole() : null;
  }

  #whole(): string | null {
    const text = Buffer.concat(this.#pieces).toString();
    try {
      JSON.parse(text);
    } catch {
      return null;
    }
    this.#clear();
    return text;
  }

  #clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}
