/** One record of an event stream; `type` is `message` where the stream names none. */
export interface StreamRecord {
  type: string;
  data: string;
  lastEventId: string;
}

/** Reads a stream of server-sent events (HTML standard, section 9.2.6), in pieces that may end anywhere. */
export class EventStreamParser {
  /** The id that a reader says when it comes again; empty while there is none. */
  lastEventId = '';
  /** The pause that the stream asks for before a reader comes again; undefined while it has not. */
  retryMs: number | undefined;
  #decoder = new TextDecoder();
  /** The beginning of a line whose end has not come. */
  #line = '';
  /** The last piece ended with a carriage return: a line feed at the beginning of the next belongs to it. */
  #afterReturn = false;
  #type = '';
  #data: string | undefined;
  #id = '';

  /** Begins with a new stream; the last id stays. */
  restart(): void {
    this.#decoder = new TextDecoder();
    this.#line = '';
    this.#afterReturn = false;
    this.#type = '';
    this.#data = undefined;
    this.#id = this.lastEventId;
  }

  /** The records that are complete with this piece. `lastEventId` is that of the last one. */
  *push(piece: Uint8Array): Generator<StreamRecord, void, undefined> {
    let text = this.#decoder.decode(piece, { stream: true });
    if (text === '') return;
    if (this.#afterReturn && text.startsWith('\n')) text = text.slice(1);
    this.#afterReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    lines[0] = this.#line + (lines[0] ?? '');
    this.#line = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') this.#field(line);
      else yield* this.#dispatch();
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#type = value;
    else if (name === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  *#dispatch(): Generator<StreamRecord, void, undefined> {
    this.lastEventId = this.#id;
    const [type, data] = [this.#type === '' ? 'message' : this.#type, this.#data];
    this.#type = '';
    this.#data = undefined;
    if (data !== undefined) yield { type, data, lastEventId: this.lastEventId };
  }
}
